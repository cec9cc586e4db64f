/** Figures of a database file, read without opening it as a store. */
import { AppError } from "../lib/app-error.ts";
import { databaseError } from "./database-error.ts";
import { ownSteps } from "./own-schema.ts";
import { openForReading } from "./open-for-reading.ts";
import type { Connection } from "./sqlite.ts";
import { isTopLevel } from "./stray-sessions.ts";

export interface DatabaseFacts {
  readonly sessions: number;
  /** Sub-agents' and the like. */
  readonly childSessions: number;
  readonly messages: number;
  readonly fileVersions: number;
  readonly requests: number;
  /** Of Crush's own tables; null where there is none. */
  readonly crushVersion: number | null;
  /** Of ours, and the newest that this program knows. */
  readonly ownVersion: number;
  readonly ownVersionKnown: number;
  /** Bytes that VACUUM would give back. */
  readonly freeBytes: number;
  /** Fragments of deleted text may be in the file until it is rewritten. */
  readonly mayHoldFragments: boolean;
}

export type DatabaseReading =
  | { readonly facts: DatabaseFacts; readonly problem: null }
  | { readonly facts: null; readonly problem: string };

/** Never throws: what is wrong is in the answer. */
export function databaseFacts(file: string): DatabaseReading {
  try {
    const connection = openForReading(file);
    try {
      return { facts: readFacts(connection), problem: null };
    } finally {
      connection.close();
    }
  } catch (error) {
    const known = databaseError(error, file);
    const words = known instanceof AppError || known instanceof Error ? known.message : String(known);
    return { facts: null, problem: words };
  }
}

function readFacts(connection: Connection): DatabaseFacts {
  const tables = new Set(
    connection.all("select name from sqlite_master where type = 'table'").map((row) => String(row["name"])),
  );
  const number = (sql: string): number => Number(Object.values(connection.get(sql) ?? {})[0] ?? 0);
  const count = (table: string, where = "1"): number =>
    tables.has(table) ? number(`select count(*) from ${table} where ${where}`) : 0;
  return {
    sessions: count("sessions", isTopLevel("sessions")),
    childSessions: count("sessions", `not ${isTopLevel("sessions")}`),
    messages: count("messages"),
    fileVersions: count("files"),
    requests: count("x_usage"),
    crushVersion: tables.has("goose_db_version")
      ? number("select max(version_id) from goose_db_version where is_applied = 1")
      : null,
    ownVersion: tables.has("x_schema") ? number("select max(version) from x_schema") : 0,
    ownVersionKnown: ownSteps.length,
    freeBytes: number("pragma freelist_count") * number("pragma page_size"),
    mayHoldFragments: count("x_fragment") > 0,
  };
}
