import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.ts";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import { listBackups } from "../store/backup-files.ts";
import { copyDatabase } from "../store/copy-database.ts";
import { type CopySummary, summaryOfCopy } from "../store/database-copies.ts";
import { prepareDataDirectory } from "../store/data-directory.ts";
import { livingOwners } from "../store/owner-lock.ts";
import { setAside } from "../store/set-aside.ts";

export type RecoveryPlaces = Pick<Config, "dataDirectory" | "globalDataDirectory" | "workingDirectory">;

export interface RestoreOptions {
  /** Absolute, or relative to the working directory; undefined: the project's newest backup. */
  readonly backup?: string;
  /** A database in which something was said is set aside for it. */
  readonly replaces: boolean;
  readonly nowMs: number;
  readonly onProgress?: (part: number) => void;
}

export interface Restored extends CopySummary {
  /** The backup. */
  readonly from: string;
  /** Where the database is now that was there before; null where there was none. */
  readonly setAside: string | null;
}

/**
 * Puts a backup in the database's place; what was there is kept under a dated name. Rejects with AppError, everything being
 * as it was: no backup, one that can't be read, a database with sessions (usage), a process at work in it (session-busy).
 */
export async function restoreDatabase(config: RecoveryPlaces, options: RestoreOptions): Promise<Restored> {
  const database = path.join(config.dataDirectory, "crush.db");
  const from = backupToRestore(config, options.backup);
  const summary = summaryOfCopy(from);
  if (summary === null) {
    throw new AppError("database-invalid", `${from} can't be read as a session database`, {
      hint: "`crush db info` lists the backups there are",
    });
  }
  checkReplaceable(config, database, options);
  const unfinished = `${database}.restoring`;
  try {
    prepareDataDirectory(config.dataDirectory);
    await copyDatabase(from, unfinished, { ...options, replaces: true });
    const aside = setAside(database, "replaced", options.nowMs);
    renameSync(unfinished, database);
    return { ...summary, from, setAside: aside };
  } catch (error) {
    throw toFileError(error, `restore ${database}`);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function backupToRestore(config: RecoveryPlaces, chosen: string | undefined): string {
  if (chosen !== undefined) {
    const file = path.resolve(config.workingDirectory, chosen);
    if (existsSync(file)) return file;
    throw new AppError("usage", `there is no such backup: ${file}`, { hint: "`crush db info` lists those there are" });
  }
  const [newest] = listBackups(config);
  if (newest !== undefined) return newest.path;
  throw new AppError("no-sessions", "there is no backup of this project", {
    hint: "name a file: crush db restore <backup>",
  });
}

function checkReplaceable(config: RecoveryPlaces, database: string, { replaces }: RestoreOptions): void {
  if (!existsSync(database)) return;
  if (livingOwners(config.dataDirectory) > 0) {
    throw new AppError("session-busy", "another window is at work in this project's sessions", {
      hint: "close it, then restore",
    });
  }
  const current = summaryOfCopy(database);
  if (replaces || current === null || current.sessions === 0) return;
  throw new AppError("usage", `${database} holds ${String(current.sessions)} sessions`, {
    hint: "with --force it is set aside under a dated name, and the backup takes its place",
  });
}
