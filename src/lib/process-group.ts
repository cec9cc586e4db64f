import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** What a detached program started: its process group, and by a mark in their environment those that left it. */
export interface ProcessFamily {
  /** Of the leader, which is the group's id too. */
  readonly pid: number;
  /** `NAME=value` that only this family has in its environment. */
  readonly marker: string;
}

const pollMs = 20;
const killWaitMs = 1000;

interface ProcessFacts {
  readonly pid: number;
  readonly groupId: number;
  readonly isZombie: boolean;
  /** In ticks since the system started: with the number it names one process for ever. */
  readonly startTime: string;
}

/** Linux only: `/proc/<pid>/stat` is `pid (name) state parent group …`, and a name may hold anything. */
function factsOf(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, , groupId] = fields;
    return { pid, groupId: Number(groupId), isZombie: state === "Z" || state === "X", startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function carriesMarker(pid: number, marker: Buffer): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(marker);
  } catch {
    return false;
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Living members, ours not among them. On other systems than Linux only the group itself is known: an empty list. */
function membersOf({ pid, marker }: ProcessFamily): number[] {
  if (process.platform !== "linux") return [];
  const mark = Buffer.from(marker);
  return processIds().filter((candidate) => {
    const facts = factsOf(candidate);
    if (facts === undefined || facts.isZombie || candidate === process.pid) return false;
    return facts.groupId === pid || carriesMarker(candidate, mark);
  });
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function isAlive(family: ProcessFamily): boolean {
  return process.platform === "linux" ? membersOf(family).length > 0 : send(-family.pid, 0);
}

function signalFamily(family: ProcessFamily, signal: NodeJS.Signals): void {
  send(-family.pid, signal);
  for (const member of membersOf(family)) send(member, signal);
}

async function goneWithin(family: ProcessFamily, timeMs: number): Promise<boolean> {
  const deadline = performance.now() + timeMs;
  while (isAlive(family)) {
    if (performance.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * Asks a whole family to end, and kills what has not after `graceMs`. Resolves when it is gone, or a second after the
 * kill (a process in an uninterruptible call can't be waited for). Never throws.
 */
export async function endProcessFamily(family: ProcessFamily, graceMs: number): Promise<void> {
  signalFamily(family, "SIGTERM");
  if (await goneWithin(family, graceMs)) return;
  signalFamily(family, "SIGKILL");
  // A member that was just being made when the list was read is caught by the second round.
  if (await goneWithin(family, killWaitMs / 2)) return;
  signalFamily(family, "SIGKILL");
  await goneWithin(family, killWaitMs / 2);
}

/** The same without waiting or asking: for the moment when the program itself exits. */
export function killProcessFamily(family: ProcessFamily): void {
  signalFamily(family, "SIGKILL");
}

/** Kills a group at once, without waiting. */
export function killProcessGroup(groupId: number): void {
  send(-groupId, "SIGKILL");
}

/** Whether the group itself has living members; those that left it, as daemons do, are not counted. */
export function groupIsAlive(groupId: number): boolean {
  if (!send(-groupId, 0)) return false;
  if (process.platform !== "linux") return true;
  return processIds().some((pid) => {
    const facts = factsOf(pid);
    return facts !== undefined && facts.groupId === groupId && !facts.isZombie;
  });
}

/** Ends the group alone, as `endProcessFamily` does a family. */
export async function endGroup(groupId: number, graceMs: number): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    send(-groupId, signal);
    const deadline = performance.now() + graceMs;
    while (groupIsAlive(groupId) && performance.now() < deadline) await delay(pollMs);
    if (!groupIsAlive(groupId)) return;
  }
}

/** A process that was found by the mark in its environment. */
export interface MarkedProcess {
  readonly pid: number;
  readonly groupId: number;
  readonly startTime: string;
  /** Its arguments, apart by blanks. */
  readonly command: string;
  /** Empty where its environment holds none. */
  readonly label: string;
}

/**
 * Living processes with `NAME=value` in their environment, ours not among them; `labelName` is the variable that their
 * label is read from. Linux only: empty elsewhere.
 */
export function findMarked(marker: string, labelName: string): MarkedProcess[] {
  const mark = Buffer.from(marker);
  return processIds().flatMap((pid) => {
    if (pid === process.pid || !carriesMarker(pid, mark)) return [];
    const facts = factsOf(pid);
    if (facts === undefined || facts.isZombie) return [];
    return [
      {
        pid,
        groupId: facts.groupId,
        startTime: facts.startTime,
        command: commandOf(pid),
        label: variableOf(pid, labelName),
      },
    ];
  });
}

/** What the system tells of a process as strings that end with a zero; none where the process is gone. */
function stringsOf(pid: number, file: "cmdline" | "environ"): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  return stringsOf(pid, "cmdline").join(" ").trim();
}

function variableOf(pid: number, name: string): string {
  const beginning = `${name}=`;
  return (
    stringsOf(pid, "environ")
      .find((entry) => entry.startsWith(beginning))
      ?.slice(beginning.length) ?? ""
  );
}

/** Whether all of them have ended, waiting for it at most so long. */
export async function areGoneWithin(found: readonly MarkedProcess[], timeMs: number): Promise<boolean> {
  const deadline = performance.now() + timeMs;
  while (found.some(isRunning)) {
    if (performance.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

function isRunning({ pid, startTime }: MarkedProcess): boolean {
  const facts = factsOf(pid);
  return facts?.startTime === startTime && !facts.isZombie;
}

/** Signals those that are still the same processes, with the groups that they lead. A number alone is never trusted. */
export function signalMarked(found: readonly MarkedProcess[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const { pid, groupId, startTime } of found) {
    if (factsOf(pid)?.startTime !== startTime) continue;
    send(pid === groupId ? -pid : pid, signal);
  }
}
