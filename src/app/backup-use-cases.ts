import { statSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.ts";
import { toFileError } from "../lib/file-error.ts";
import { listBackups, listUnfinished, removeBackup } from "../store/backup-files.ts";
import { copyHolds, listCopiesBeside } from "../store/database-copies.ts";
import { listDescendants } from "../store/sessions.ts";
import type { BackupUseCases, DatabaseCopy } from "./backups.ts";
import type { Context } from "./context.ts";
import { loadDailyBackup } from "./load-daily-backup.ts";

export function backupUseCases({
  config,
  clock,
  log,
  store,
}: Pick<Context, "config" | "clock" | "log" | "store">): BackupUseCases {
  return {
    databaseBytes: () => statSync(path.join(config.dataDirectory, "crush.db"), { throwIfNoEntry: false })?.size ?? 0,
    list: () => listCopies(config),
    holding: (sessionIds) => {
      const below = store.read((tx) => sessionIds.flatMap((id) => listDescendants(tx, id)));
      const ids = [...sessionIds, ...below.map(({ id }) => id)];
      // What is not whole may hold anything, whatever can be read of it.
      return listCopies(config).filter((copy) => copy.kind === "partial" || copyHolds(copy.path, ids));
    },
    remove: async (copies) => {
      for (const copy of copies) {
        try {
          removeBackup(copy.path);
        } catch (error) {
          throw toFileError(error, `remove ${copy.path}`);
        }
      }
      return Promise.resolve();
    },
    keepDaily: async (options) => (await loadDailyBackup())({ config, clock, log, ...options }),
  };
}

/** Every file that holds an earlier state of the project's database, the newest first. */
export function listCopies(config: Pick<Config, "dataDirectory" | "globalDataDirectory">): DatabaseCopy[] {
  const backups = listBackups(config).map((backup): DatabaseCopy => ({ ...backup, kind: "backup" }));
  const partial = listUnfinished(config).map((copy): DatabaseCopy => ({ ...copy, kind: "partial" }));
  return [...backups, ...partial, ...listCopiesBeside(config.dataDirectory)].toSorted(
    (left, right) => right.takenAtMs - left.takenAtMs,
  );
}
