import { statSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { isBeingMade, listBackups, newBackupFile, removeBackup, removeUnfinished } from "../store/backup-files.ts";
import type { Backup } from "../store/backup-files.ts";
import { copyDatabase } from "../store/copy-database.ts";
import { summaryOfCopy } from "../store/database-copies.ts";
import type { DailyBackup } from "./backups.ts";

export interface DailyOptions {
  readonly config: Pick<Config, "dataDirectory" | "globalDataDirectory"> & {
    readonly options: Pick<Config["options"], "backups">;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly sizeBytesMax?: number;
  readonly signal?: AbortSignal;
}

const dayMs = 24 * 60 * 60 * 1000;
const unfinishedMs = 60 * 60 * 1000;

/** See BackupUseCases.keepDaily. */
export async function keepDailyBackup(options: DailyOptions): Promise<DailyBackup> {
  const { log } = options;
  try {
    const outcome = await makeWhereDue(options);
    if (outcome === "made") log.write("info", "backup made");
    return outcome;
  } catch (error) {
    if (options.signal?.aborted === true) return "stopped";
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    log.write("warn", "the daily backup failed", { error: code });
    return "failed";
  }
}

async function makeWhereDue({ config, clock, sizeBytesMax, signal }: DailyOptions): Promise<DailyBackup> {
  const { daily, keep } = config.options.backups;
  if (!daily) return "off";
  const nowMs = clock.nowMs();
  const database = path.join(config.dataDirectory, "crush.db");
  const [newest] = listBackups(config);
  // A time to come is a clock's that was wrong.
  if (newest !== undefined && Math.abs(nowMs - newest.takenAtMs) < dayMs) return "recent";
  if (newest !== undefined && lastWriteMs(database) < newest.takenAtMs) return "unchanged";
  if (sizeBytesMax !== undefined && statSync(database).size > sizeBytesMax) return "large";
  const current = summaryOfCopy(database);
  // Days in an emptied project must not push out what it once held.
  if (current === null || current.sessions === 0) return "empty";
  if (isBeingMade(config, nowMs)) return "elsewhere";
  const file = newBackupFile(config, nowMs);
  removeUnfinished(config, nowMs - unfinishedMs);
  await copyDatabase(database, file, { replaces: true, ...(signal === undefined ? {} : { signal }) });
  for (const old of superfluous(listBackups(config), { keep, madeAtMs: current.madeAtMs })) removeBackup(old.path);
  return "made";
}

function lastWriteMs(database: string): number {
  const times = [database, `${database}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(...times);
}

/** All but the newest; the last one of an earlier database, which is gone, stays as well. */
function superfluous(
  backups: readonly Backup[],
  { keep, madeAtMs }: { readonly keep: number; readonly madeAtMs: number },
): readonly Backup[] {
  const old = backups.slice(keep);
  if (old.length === 0) return [];
  const isEarlier = ({ path: file }: Backup): boolean => (summaryOfCopy(file)?.madeAtMs ?? madeAtMs) !== madeAtMs;
  if (backups.slice(0, keep).some(isEarlier)) return old;
  const lastEarlier = old.find(isEarlier);
  return old.filter((backup) => backup !== lastEarlier);
}
