import { copyFileSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import type { SalvagedTable } from "../store/database-task.ts";
import { runDatabaseTask } from "../store/load-database-thread.ts";
import { setAside } from "../store/set-aside.ts";
import type { RecoveryPlaces } from "./restore-database.ts";

export interface Salvaged {
  /** Where the damaged file is kept. */
  readonly setAside: string;
  readonly tables: readonly SalvagedTable[];
}

/**
 * Reads what can be read of a damaged database into a new one, which takes its place; the damaged file is kept under a
 * dated name, untouched. Rejects with AppError, everything being as it was, where nothing can be read.
 */
export async function salvageDamaged(
  { dataDirectory }: Pick<RecoveryPlaces, "dataDirectory">,
  nowMs: number,
): Promise<Salvaged> {
  const database = path.join(dataDirectory, "crush.db");
  const source = `${database}.salvaging`;
  const target = `${database}.salvaged`;
  const removeBoth = (): void => {
    for (const file of [source, target]) {
      for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${file}${suffix}`, { force: true });
    }
  };
  try {
    removeBoth();
    copyFileSync(database, source);
    if (existsSync(`${database}-wal`)) copyFileSync(`${database}-wal`, `${source}-wal`);
    writeFileSync(target, "", { mode: 0o600 });
    const { tables, problems } = await runDatabaseTask({ kind: "salvage", path: source, target });
    if (problems.length > 0 || tables.every(({ rows }) => rows === 0)) throw nothingToRead(database);
    const aside = setAside(database, "damaged", nowMs) ?? database;
    renameSync(target, database);
    return { setAside: aside, tables };
  } catch (error) {
    if (error instanceof AppError && error.code === "database-invalid") throw nothingToRead(database, error);
    throw toFileError(error, `read ${database}`);
  } finally {
    removeBoth();
  }
}

function nothingToRead(database: string, cause?: unknown): AppError {
  return new AppError("database-invalid", `nothing can be read from ${database} any more`, {
    hint: "it was left as it is; `crush db restore` brings the newest backup back",
    ...(cause === undefined ? {} : { cause }),
  });
}
