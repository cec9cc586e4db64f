import path from "node:path";
import { newBackupFile } from "../store/backup-files.ts";
import { copyDatabase } from "../store/copy-database.ts";
import { repairCrushRows, repairOwnRows } from "../store/repair-database.ts";
import { mendSchema } from "../store/schema-faults.ts";
import { Store } from "../store/store.ts";
import type { App } from "./app.ts";
import type { Examination } from "./examine-project.ts";
import { noteMissingLog } from "./missing-log.ts";
import type { RecoveryPlaces } from "./restore-database.ts";
import { type Salvaged, salvageDamaged } from "./salvage-damaged.ts";

export interface RepairOptions {
  /** Crush's tables as well. */
  readonly all: boolean;
  readonly nowMs: number;
  /** Opens the project as any start does, which settles what dead processes left. */
  readonly openApp: () => Promise<App>;
  readonly onProgress?: (part: number) => void;
}

/** Of findings about the schema. */
const blockingIds: ReadonlySet<string> = new Set(["table-missing", "column-missing"]);

export interface Repaired {
  /** Made before anything was changed; null where the database is damaged (it is set aside), or nothing was to be done. */
  readonly backup: string | null;
  readonly done: readonly string[];
  readonly salvaged: Salvaged | null;
}

/** Mends what an examination found, after a backup. Rejects with AppError; nothing is changed where the backup fails. */
export async function repairProject(
  config: RecoveryPlaces,
  found: Examination,
  options: RepairOptions,
): Promise<Repaired> {
  if (found.findings.some(({ kind }) => kind === "damage")) {
    return { backup: null, done: [], salvaged: await salvageDamaged(config, options.nowMs) };
  }
  const wanted = found.findings.filter(({ kind }) => kind === "own" || (kind === "crush" && options.all));
  if (wanted.length === 0) return { backup: null, done: [], salvaged: null };
  const backup = newBackupFile(config, options.nowMs);
  await copyDatabase(found.database, backup, { ...options, replaces: true });
  const missing = noteMissingLog(config, options.nowMs);
  const done = [...(missing === null ? [] : [missing]), ...(await mendSchema(found.database, options))];
  // Nothing opens the project before Crush's tables are whole, nor that of a newer program which lacks some.
  const isBlocked = found.findings.some(
    ({ kind, id }) => blockingIds.has(id) && (kind === "note" || (kind === "crush" && !options.all)),
  );
  if (isBlocked) return { backup, done, salvaged: null };
  await (await options.openApp()).close();
  for (const each of wanted) {
    if (["dead-turns", "stray-journals", "dead-owners"].includes(each.id)) done.push(`${each.text}: settled`);
  }
  const store = await Store.open(path.join(config.dataDirectory, "crush.db"));
  try {
    const rows = await store.transact((tx) => [...repairOwnRows(tx), ...(options.all ? repairCrushRows(tx) : [])]);
    done.push(...rows.map(({ what, rows: count }) => `${String(count)} ${what}`));
  } finally {
    await store.close();
  }
  return { backup, done, salvaged: null };
}
