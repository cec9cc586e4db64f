/** Memory and processor time of a process tree, as Linux counts them. Only Linux has these files. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

/** The kernel reports times in ticks of 1/100 s on every platform that Bun supports. */
const ticksPerSecond = 100;

/** Processes, threads and descriptors come and go while their folder is read. */
function unlessGone(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

function readOrEmpty(file: string): string {
  return unlessGone(() => readFileSync(file, "latin1"));
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

/** Of each open descriptor what it leads to: a file's name, or `socket`, `anon_inode` and the like. */
export function descriptorKinds(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((name) => unlessGone(() => readlinkSync(path.join(folder, name))));
  return targets
    .filter((target) => target !== "")
    .map((target) => (target.startsWith("/") ? path.basename(target) : target.replace(/:\[\d+\]$/u, "")));
}

export function threadNames(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  const names = readdirSync(folder).map((id) => readOrEmpty(path.join(folder, id, "comm")).trim());
  return names.filter((name) => name !== "");
}

/** Of the process and all its descendants. */
export function programNames(root: number): string[] {
  const names = processTree(root).map((pid) => readOrEmpty(`/proc/${pid}/comm`).trim());
  return names.filter((name) => name !== "");
}
