import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { syncDirectory } from "../lib/sync-directory.ts";
import { timeStamp } from "./backup-files.ts";

/**
 * Gives the database, with its log, a dated name of its own, so that another can take its place. Returns the new name, or
 * null where there is no database. Throws the system's errors.
 */
export function setAside(database: string, why: "damaged" | "replaced", nowMs: number): string | null {
  if (!existsSync(database)) return null;
  const aside = freeName(`${database}.${why}-${timeStamp(nowMs)}`);
  // The log first: without it the database would look whole, and older.
  if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${aside}-wal`);
  renameSync(database, aside);
  rmSync(`${database}-shm`, { force: true });
  syncDirectory(path.dirname(database));
  return aside;
}

/**
 * Keeps text of the project's sessions that the database does not hold, under a dated name beside it and on the disk.
 * Returns the name. Throws the system's errors.
 */
export function setTextAside(database: string, text: string, nowMs: number): string {
  const aside = freeName(`${database}.unfinished-${timeStamp(nowMs)}`);
  const descriptor = openSync(aside, "wx", 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(aside);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  syncDirectory(path.dirname(database));
  return aside;
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let number = 2; existsSync(name); number += 1) name = `${wanted}-${String(number)}`;
  return name;
}
