import { statSync } from "node:fs";
import path from "node:path";
import { listProjects } from "../config/projects.ts";
import { listBackups } from "../store/backup-files.ts";
import { summaryOfCopy } from "../store/database-copies.ts";
import type { RecoveryPlaces } from "./restore-database.ts";

export interface NewestBackup {
  readonly path: string;
  readonly takenAtMs: number;
  readonly sessions: number;
  readonly messages: number;
}

/** The newest backup of the project that can be read; null where there is none. */
export function newestBackup(config: RecoveryPlaces): NewestBackup | null {
  for (const { path: file, takenAtMs } of listBackups(config)) {
    const summary = summaryOfCopy(file);
    if (summary !== null) return { path: file, takenAtMs, sessions: summary.sessions, messages: summary.messages };
  }
  return null;
}

/** Whether the project had a database that is gone, or cut off to nothing: it is a known one, or has backups. */
export function isDatabaseGone(config: RecoveryPlaces): boolean {
  if (holdsDatabase(config.dataDirectory)) return false;
  return listBackups(config).length > 0 || isKnown(config);
}

/** False where there is none, or an empty file without a log: what a full disk or a loss of power may leave. */
export function holdsDatabase(dataDirectory: string): boolean {
  const file = path.join(dataDirectory, "crush.db");
  return [file, `${file}-wal`].some((name) => (statSync(name, { throwIfNoEntry: false })?.size ?? 0) > 0);
}

function isKnown({ dataDirectory, globalDataDirectory }: RecoveryPlaces): boolean {
  try {
    return listProjects(globalDataDirectory).some((project) => project.data_dir === dataDirectory);
  } catch {
    // A list that can't be read knows nothing.
    return false;
  }
}
