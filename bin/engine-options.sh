# What the JavaScript engine is told for this program. Sourced by the launcher, and by benchmarks of parts of the program.

# The runtime's last compiler costs more time than its code saves in work as short as a frame or a delta; the one before
# it pays only where code has run for long, and with less of what it calls copied into it.
export BUN_JSC_useFTLJIT=0
export BUN_JSC_thresholdForOptimizeAfterWarmUp=8000 BUN_JSC_maximumInliningDepth=1
# Garbage is looked for each time 2 MiB have been used; in the whole heap when a sixth has been added to it, and within
# seconds of a burst, as a look may take a 400th of a processor for each MB that it should give back. Unasked, the heap
# would grow to three times what was alive (twice on smaller machines).
export BUN_JSC_gcMaxHeapSize=2097152 BUN_JSC_heapGrowthMaxIncrease=1 BUN_JSC_smallHeapGrowthFactor=1.7
export BUN_JSC_percentCPUPerMBForFullTimer=0.0025
# Machine code of what runs a few hundred times alone is worth neither its memory nor the time that making it takes.
export BUN_JSC_thresholdForJITAfterWarmUp=4000
