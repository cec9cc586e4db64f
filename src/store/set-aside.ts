import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { syncDirectory } from "../lib/sync-directory.ts";
import { timeStamp } from "./backup-files.ts";

/**
 * Gives the database, with its log, a dated name of its own, so that another can take its place. Returns the new name, or
 * null where there is no database. Throws the system's errors.
 */
export function setAside(database: string, why: "damaged" | "replaced", nowMs: number): string | null {
  if (!existsSync(database)) return null;
  const stamp = timeStamp(nowMs);
  let aside = `${database}.${why}-${stamp}`;
  for (let number = 2; existsSync(aside); number += 1) aside = `${database}.${why}-${stamp}-${String(number)}`;
  // The log first: without it the database would look whole, and older.
  if (existsSync(`${database}-wal`)) renameSync(`${database}-wal`, `${aside}-wal`);
  renameSync(database, aside);
  rmSync(`${database}-shm`, { force: true });
  syncDirectory(path.dirname(database));
  return aside;
}
