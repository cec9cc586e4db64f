/** What other files than the database hold of its sessions. */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { SessionId } from "../schema/ids.ts";
import { openForReading } from "./open-for-reading.ts";
import type { Connection } from "./sqlite.ts";
import { isTopLevel } from "./stray-sessions.ts";

/**
 * Beside the database: kept before an upgrade, set aside when it was damaged or replaced; text, when its log was lost; what
 * making one of them left when it was cut off.
 */
const besides =
  /^crush\.db\.(?:(?<upgrade>before-\d+)|(?<aside>(?:damaged|replaced|unfinished)-.+)|(?:before-|restoring).+\.part|restoring|salvag(?:ed|ing))$/u;

export interface CopyBeside {
  readonly path: string;
  readonly kind: "before-upgrade" | "set-aside" | "partial";
  readonly takenAtMs: number;
  readonly sizeBytes: number;
}

/** Without the logs that lie beside a copy: they go with it. */
export function listCopiesBeside(dataDirectory: string): CopyBeside[] {
  return namesIn(dataDirectory).flatMap((name): CopyBeside[] => {
    const found = besides.exec(name);
    const file = path.join(dataDirectory, name);
    const status = statSync(file, { throwIfNoEntry: false });
    if (found === null || /-(?:wal|shm|journal)$/u.test(name) || status?.isFile() !== true) return [];
    return [
      {
        path: file,
        kind: kindOf(found),
        takenAtMs: status.mtimeMs,
        sizeBytes: status.size,
      },
    ];
  });
}

function kindOf({ groups }: RegExpExecArray): CopyBeside["kind"] {
  if (groups?.["upgrade"] !== undefined) return "before-upgrade";
  return groups?.["aside"] === undefined ? "partial" : "set-aside";
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Whether a copy holds one of these sessions. One that can't be read may: true. */
export function copyHolds(file: string, sessionIds: readonly SessionId[]): boolean {
  return readCopy(
    file,
    (connection) => sessionIds.some((id) => connection.get("select 1 from sessions where id = ?", [id]) !== undefined),
    true,
  );
}

export interface CopySummary {
  /** Top-level sessions with messages. */
  readonly sessions: number;
  readonly messages: number;
  /** When our tables were made: the same in all copies of one database. */
  readonly madeAtMs: number;
}

/** Null where the copy can't be read. */
export function summaryOfCopy(file: string): CopySummary | null {
  return readCopy(
    file,
    (connection): CopySummary | null => {
      const sessions = connection.get(
        `select count(*) as n from sessions where ${isTopLevel("sessions")} and message_count > 0`,
      );
      const made = hasTable(connection, "x_schema")
        ? connection.get("select applied_at_ms from x_schema where version = 1")
        : undefined;
      return {
        sessions: Number(sessions?.["n"] ?? 0),
        messages: Number(connection.get("select count(*) as n from messages")?.["n"] ?? 0),
        madeAtMs: Number(made?.["applied_at_ms"] ?? 0),
      };
    },
    null,
  );
}

export function hasTable(connection: Connection, name: string): boolean {
  return connection.get("select 1 from sqlite_master where name = ?", [name]) !== undefined;
}

function readCopy<T>(file: string, read: (connection: Connection) => T, otherwise: T): T {
  try {
    const connection = openForReading(file);
    try {
      return read(connection);
    } finally {
      connection.close();
    }
  } catch {
    // Damaged, or no database at all.
    return otherwise;
  }
}
