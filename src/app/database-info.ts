import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.ts";
import { databaseFacts, type DatabaseFacts } from "../store/database-facts.ts";
import { listCopies } from "./backup-use-cases.ts";
import type { DatabaseCopy } from "./backups.ts";

export interface DatabaseInfo {
  readonly path: string;
  readonly exists: boolean;
  /** Of the file, and of the log beside it. */
  readonly sizeBytes: number;
  readonly logSizeBytes: number;
  /** Null where the file can't be read as a session database. */
  readonly facts: DatabaseFacts | null;
  /** Why not, as AppError says it. */
  readonly problem: string | null;
  readonly copies: readonly DatabaseCopy[];
}

/** Looks at the database without changing it; opens also what the program itself can't. */
export function databaseInfo(config: Pick<Config, "dataDirectory" | "globalDataDirectory">): DatabaseInfo {
  const file = path.join(config.dataDirectory, "crush.db");
  const sizeOf = (name: string): number => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  const exists = existsSync(file);
  const read = exists ? databaseFacts(file) : { facts: null, problem: "it does not exist" };
  return {
    path: file,
    exists,
    sizeBytes: sizeOf(file),
    logSizeBytes: sizeOf(`${file}-wal`),
    ...read,
    copies: listCopies(config),
  };
}
