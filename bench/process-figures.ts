/** Memory and processor time of a process tree, as Linux counts them. Only Linux has these files. */
import { readdirSync, readFileSync } from "node:fs";

/** The kernel reports times in ticks of 1/100 s on every platform that Bun supports. */
const ticksPerSecond = 100;

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    // Processes come and go while the folder is read.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

/** The fields behind the command name, which may itself hold spaces and parentheses: state is [0], the parent [1]. */
function statFields(pid: number): string[] {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** The process and all its descendants that live now. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/u.test(name)) parents.set(Number(name), Number(statFields(Number(name))[1]));
  }
  const tree = [root];
  for (const parent of tree) {
    for (const [pid, itsParent] of parents) if (itsParent === parent) tree.push(pid);
  }
  return tree;
}

/** Proportional set size of the tree, MiB: pages that n processes share count 1/n each. */
export function treePssMib(root: number): number {
  const kib = processTree(root).map((pid) => {
    return Number(/^Pss:\s+(\d+) kB/mu.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? "0");
  });
  return kib.reduce((sum, value) => sum + value, 0) / 1024;
}

/** User and system time of the tree so far, its ended and reaped children included. */
export function treeCpuSeconds(root: number): number {
  const ticks = processTree(root).map((pid) => {
    const fields = statFields(pid);
    return fields.slice(11, 15).reduce((sum, value) => sum + Number(value), 0);
  });
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerSecond;
}
