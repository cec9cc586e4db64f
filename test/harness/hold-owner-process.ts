/** A program of its own for tests: `hold-owner-process.ts <data directory>` marks itself as alive, prints its id, and waits. */
import { OwnerLock } from "../../src/store/owner-lock.ts";

OwnerLock.acquire(process.argv[2] ?? "");
// Nothing here refers to the lock any more: it must outlive the collector all the same.
let waste: unknown[] = [];
for (let count = 0; count < 200_000; count += 1) waste.push({ count });
waste = [];
process.stdout.write("held\n");
process.stdin.resume();
