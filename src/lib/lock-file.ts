import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { randomHex } from "./random-hex.ts";

const waitMsMax = 5000;
/** A holder rewrites one small file: one that takes longer than this is gone, even if its process number lives on. */
const staleMs = 10_000;
const pauseMs = 15;

function lockPath(file: string): string {
  return `${file}.lock-ts`;
}

function tryLock(lock: string): boolean {
  try {
    const descriptor = openSync(lock, "wx", 0o600);
    writeSync(descriptor, `${process.pid} ${randomHex(12)}`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readLock(lock: string): { readonly content: string; readonly ageMs: number } | undefined {
  try {
    return { content: readFileSync(lock, "utf8"), ageMs: Date.now() - statSync(lock).mtimeMs };
  } catch {
    // It was given back in this moment.
    return undefined;
  }
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes a lock whose holder is gone. Where another process was faster and holds it anew, that one keeps it. */
function breakStaleLock(lock: string): void {
  const found = readLock(lock);
  if (found === undefined) return;
  const pid = Number.parseInt(found.content, 10);
  // An empty file is a lock being taken.
  const isStale = found.ageMs > staleMs || (Number.isInteger(pid) && !isProcessAlive(pid));
  if (!isStale) return;
  const aside = `${lock}.${randomHex(12)}`;
  try {
    renameSync(lock, aside);
    if (readFileSync(aside, "utf8") !== found.content) linkSync(aside, lock);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Runs `work` while no other process of ours does so for the same file. `work` must be short: it reads the file anew,
 * changes and replaces it. Waits up to 5 s; throws the system's error where no lock can be made, and an Error where
 * another process does not give it back.
 */
export async function withLockFile<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  const lock = lockPath(file);
  mkdirSync(path.dirname(lock), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + waitMsMax;
  while (!tryLock(lock)) {
    if (Date.now() > deadline) throw new Error(`another process keeps ${lock}`);
    breakStaleLock(lock);
    await wait(pauseMs);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
