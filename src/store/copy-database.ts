import { closeSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import { randomHex } from "../lib/random-hex.ts";
import { syncDirectory } from "../lib/sync-directory.ts";
import { invalidDatabase } from "./database-error.ts";
import { runDatabaseTask } from "./load-database-thread.ts";

export interface CopyOptions {
  /** A file that is there is replaced. Otherwise AppError `usage`. */
  readonly replaces: boolean;
  /** Called now and then with the part that is copied, in [0, 1]. */
  readonly onProgress?: (part: number) => void;
  readonly signal?: AbortSignal;
}

const progressMs = 250;

/**
 * Copies a database that may be in use, as one consistent state, into `destination` (0600): under another name until it is
 * whole, checked and on the disk. In a thread; writers are not held up. Rejects with AppError, leaving the destination as
 * it was. Returns its size in bytes.
 */
export async function copyDatabase(source: string, destination: string, options: CopyOptions): Promise<number> {
  if (!options.replaces && existing(destination)) throw taken(destination);
  const part = `${destination}.${randomHex(8)}.part`;
  let stop = (): void => undefined;
  try {
    closeSync(openSync(part, "wx", 0o600));
    stop = reportGrowth(part, source, options.onProgress);
    const { problems } = await runDatabaseTask({ kind: "copy", path: source, target: part }, options.signal);
    const [first] = problems;
    if (first !== undefined) throw invalidDatabase(source, `a copy of it is damaged (${first})`);
    place(part, destination, options);
    return statSync(destination).size;
  } catch (error) {
    throw toFileError(error, `copy ${source} to ${destination}`);
  } finally {
    stop();
    rmSync(part, { force: true });
    rmSync(`${part}-journal`, { force: true });
  }
}

function existing(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function place(part: string, destination: string, { replaces }: CopyOptions): void {
  if (replaces) renameSync(part, destination);
  else {
    try {
      linkSync(part, destination);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") throw taken(destination);
      // A file system without hard links.
      if (existing(destination)) throw taken(destination);
      renameSync(part, destination);
    }
  }
  syncDirectory(path.dirname(destination));
}

function reportGrowth(part: string, source: string, onProgress: CopyOptions["onProgress"]): () => void {
  if (onProgress === undefined) return () => undefined;
  const timer = setInterval(() => {
    const whole = statSync(source, { throwIfNoEntry: false })?.size ?? 0;
    const copied = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
    onProgress(whole === 0 ? 0 : Math.min(1, copied / whole));
  }, progressMs);
  return () => {
    clearInterval(timer);
  };
}

function taken(destination: string): AppError {
  return new AppError("usage", `${destination} exists already`, { hint: "choose another name, or give --force" });
}
