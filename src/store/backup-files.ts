/** Backups of a project's database: `<global data>/backups/<name>-<hash>/<time>.db`, beside a note of whose they are. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { contentHash } from "../lib/content-hash.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";

export interface Backup {
  /** Absolute. */
  readonly path: string;
  /** By its name; the file's own time may change when it is moved. */
  readonly takenAtMs: number;
  readonly sizeBytes: number;
}

export interface BackupPlace {
  readonly globalDataDirectory: string;
  /** Of the project whose database it is. */
  readonly dataDirectory: string;
}

const hashLength = 12;
const namePattern = /^(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})(\d{2})Z\.db$/u;
const unfinishedSuffix = ".part";

/** A project that moves away and another that takes its place share it: the path is all that is known of either. */
function backupDirectory({ globalDataDirectory, dataDirectory }: BackupPlace): string {
  const project = path.basename(path.dirname(dataDirectory)).replaceAll(/[^\w.-]/gu, "_") || "project";
  const hash = contentHash(dataDirectory)
    .replaceAll(/[^0-9a-z]/giu, "")
    .slice(0, hashLength);
  return path.join(globalDataDirectory, "backups", `${project}-${hash}`);
}

/** `2026-11-26T160733Z` */
export function timeStamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/:|\.\d+/gu, "");
}

function timeOf(name: string): number | null {
  const [, day, hours, minutes, seconds] = namePattern.exec(name) ?? [];
  const timeMs = Date.parse(`${day ?? ""}T${hours ?? ""}:${minutes ?? ""}:${seconds ?? ""}Z`);
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** Newest first. Empty where there are none, or they can't be looked at. */
export function listBackups(place: BackupPlace): Backup[] {
  const directory = backupDirectory(place);
  const backups = namesIn(directory).flatMap((name): Backup[] => {
    const takenAtMs = timeOf(name);
    const file = path.join(directory, name);
    const status = statSync(file, { throwIfNoEntry: false });
    if (takenAtMs === null || status?.isFile() !== true) return [];
    return [{ path: file, takenAtMs, sizeBytes: status.size }];
  });
  return backups.toSorted((left, right) => right.takenAtMs - left.takenAtMs);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // None was ever made.
    return [];
  }
}

/** Makes the directory (0700) with its note, and names the file of a backup taken at this time. Throws the system's errors. */
export function newBackupFile(place: BackupPlace, nowMs: number): string {
  const directory = backupDirectory(place);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const note = path.join(directory, "project.json");
  const content = `${JSON.stringify({ data_dir: place.dataDirectory }, null, 2)}\n`;
  if (projectOf(directory) !== place.dataDirectory) writeFileSync(note, content, { mode: 0o600 });
  return path.join(directory, `${timeStamp(nowMs)}.db`);
}

/** The data directory whose backups lie in a directory; null where nothing says so. */
function projectOf(directory: string): string | null {
  try {
    const note = parseJson(readFileSync(path.join(directory, "project.json"), "utf8"));
    const dataDirectory = isJsonObject(note) ? note["data_dir"] : undefined;
    return typeof dataDirectory === "string" ? dataDirectory : null;
  } catch {
    return null;
  }
}

/** With what SQLite may have laid beside it. Throws the system's errors. */
export function removeBackup(file: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${file}${suffix}`, { force: true });
}

/** A copy that is under way is written to all the time. */
const writtenMs = 30_000;

/** Whether another process takes one now. */
export function isBeingMade(place: BackupPlace, nowMs: number): boolean {
  return listUnfinished(place).some(({ takenAtMs }) => Math.abs(nowMs - takenAtMs) < writtenMs);
}

/** What copies that were cut off left, once nobody can be at work on them any more. */
export function removeUnfinished(place: BackupPlace, olderThanMs: number): void {
  for (const { path: file, takenAtMs } of listUnfinished(place)) {
    if (takenAtMs < olderThanMs) rmSync(file, { force: true });
  }
}

/** What copies that were cut off left, or that are under way, by the time of their last write. */
export function listUnfinished(place: BackupPlace): Backup[] {
  const directory = backupDirectory(place);
  return namesIn(directory)
    .filter((name) => name.includes(unfinishedSuffix))
    .flatMap((name): Backup[] => {
      const file = path.join(directory, name);
      const status = statSync(file, { throwIfNoEntry: false });
      return status === undefined ? [] : [{ path: file, takenAtMs: status.mtimeMs, sizeBytes: status.size }];
    });
}
