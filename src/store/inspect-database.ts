/** Looks through a database for what does not fit together. Reads only. */
import { asSessionId, asToolCallId } from "../schema/ids.ts";
import type { SessionId, ToolCallId } from "../schema/ids.ts";
import { hasTable } from "./database-copies.ts";
import type { ReadHandle, SqlRow, SqlValue } from "./handle.ts";
import { decodeMessage, messageColumns, messageSource } from "./message-row.ts";
import { ownSteps } from "./own-schema.ts";
import { openForReading } from "./open-for-reading.ts";
import type { Connection } from "./sqlite.ts";
import { findSchemaFaults, type SchemaFindings } from "./schema-faults.ts";
import { circular, isPersons, orphaned } from "./stray-sessions.ts";
import { storedSeconds } from "./stored-values.ts";

export interface Inspection {
  /** Rows whose reference leads nowhere, by table. */
  readonly danglingReferences: readonly { readonly table: string; readonly rows: number }[];
  readonly wrongCounts: number;
  /** Sub-agents' sessions below one that is gone: nobody sees them. */
  readonly childrenWithoutParent: number;
  /** A person's sessions below one that is gone. */
  readonly orphanedSessions: number;
  /** Sessions that stand above themselves. */
  readonly circularSessions: number;
  readonly danglingSummaries: number;
  readonly unreadableMessages: number;
  readonly oddTimes: number;
  /** Calls without a result, and in how many sessions. They are answered in each request; nothing has to be done. */
  readonly openCalls: { readonly calls: number; readonly sessions: number };
  /** Rounds of removals whose fragments may be in the file until it is rewritten. */
  readonly leftFragments: number;
  readonly versions: { readonly crushTwice: number; readonly own: number; readonly ownKnown: number };
  /** Bytes of text, by kind; and the largest sessions. */
  readonly sizes: readonly { readonly kind: string; readonly sizeBytes: number }[];
  readonly largestSessions: readonly {
    readonly id: SessionId;
    readonly title: string;
    readonly sizeBytes: number;
  }[];
}

const largestMax = 10;

export interface DatabaseInspection {
  readonly schema: SchemaFindings;
  /** Null where tables are missing, or not yet there. */
  readonly rows: Inspection | null;
}

/** Throws the driver's errors: of a damaged database for one. AppError where the tables are another program's. */
export function inspectDatabase(file: string): DatabaseInspection {
  const connection = openForReading(file);
  try {
    const schema = findSchemaFaults(connection, file);
    return { schema, rows: schema.isReadable ? inspect(connection) : null };
  } finally {
    connection.close();
  }
}

function inspect(connection: Connection): Inspection {
  const number = (sql: string): number => Number(connection.get(sql)?.["n"] ?? 0);
  return {
    danglingReferences: danglingReferences(connection),
    wrongCounts: number(`select count(*) as n from sessions s where ${wrongCount}`),
    childrenWithoutParent: number(`select count(*) as n from sessions where ${withoutParent}`),
    orphanedSessions: number(`select count(*) as n from ${orphaned}`),
    circularSessions: number(`select count(*) as n from ${circular}`),
    danglingSummaries: number(`select count(*) as n from sessions where ${danglingSummary}`),
    ...inspectMessages(connection),
    leftFragments: hasTable(connection, "x_fragment") ? number("select count(*) as n from x_fragment") : 0,
    versions: {
      crushTwice: number(
        `select count(*) as n from (select version_id from goose_db_version where is_applied = 1
         group by version_id having count(*) > 1)`,
      ),
      own: number("select max(version) as n from x_schema"),
      ownKnown: ownSteps.length,
    },
    sizes: sizesByKind(connection),
    largestSessions: largestSessions(connection),
  };
}

export const wrongCount = "s.message_count <> (select count(*) from messages m where m.session_id = s.id)";
export const withoutParent = `coalesce(parent_session_id, '') <> '' and id <> 'title-' || parent_session_id
  and not ${isPersons} and parent_session_id not in (select id from sessions)`;
export const danglingSummary = `coalesce(summary_message_id, '') <> ''
  and summary_message_id not in (select id from messages)`;

function danglingReferences(connection: Connection): Inspection["danglingReferences"] {
  const counts = new Map<string, number>();
  const isOfCopy = hasTable(connection, "x_copy") ? copiedRows(connection) : () => false;
  for (const row of danglingRows(connection)) {
    if (!isOfCopy(row)) counts.set(row.table, (counts.get(row.table) ?? 0) + 1);
  }
  return [...counts].map(([table, rows]) => ({ table, rows }));
}

export interface DanglingRow {
  readonly table: string;
  readonly rowid: SqlValue;
  /** The table that it refers to. */
  readonly parent: string;
}

/** Rows whose reference leads nowhere. */
export function danglingRows(rows: Pick<ReadHandle, "all">): DanglingRow[] {
  return rows.all("pragma foreign_key_check").map((row) => ({
    table: String(row["table"]),
    rowid: row["rowid"] ?? null,
    parent: String(row["parent"]),
  }));
}

/** Whether a row belongs to a copy of a session that is being made: the session's own row comes last. */
export function copiedRows(rows: Pick<ReadHandle, "all" | "get">): (row: DanglingRow) => boolean {
  const copies = new Set(rows.all("select session_id from x_copy").map((row) => row["session_id"]));
  if (copies.size === 0) return () => false;
  return ({ table, rowid, parent }) =>
    parent === "sessions" &&
    /^\w+$/u.test(table) &&
    copies.has(rows.get(`select session_id from ${table} where rowid = ?`, [rowid])?.["session_id"] ?? null);
}

type MessageFindings = Pick<Inspection, "unreadableMessages" | "oddTimes" | "openCalls">;

/** Row by row: a database of a gigabyte is not held in memory. */
function inspectMessages(connection: Connection): MessageFindings {
  let unreadableMessages = 0;
  let oddTimes = 0;
  let calls = 0;
  let sessions = 0;
  for (const { id } of connection.all("select id from sessions")) {
    const open = new Set<ToolCallId>();
    for (const row of rowsOf(connection, String(id))) {
      const message = decodeMessage(row);
      if (message.unreadable !== null) unreadableMessages += 1;
      if (storedSeconds(row["created_at"]) === null) oddTimes += 1;
      for (const part of message.parts) {
        if (part.type === "tool_call") open.add(part.id);
        if (part.type === "tool_result") open.delete(asToolCallId(part.toolCallId));
      }
    }
    calls += open.size;
    sessions += open.size === 0 ? 0 : 1;
  }
  return { unreadableMessages, oddTimes, openCalls: { calls, sessions } };
}

function* rowsOf(connection: Connection, sessionId: string): Generator<SqlRow> {
  let rowid = -1;
  for (;;) {
    const rows = connection.all(
      `select ${messageColumns} from ${messageSource} where m.session_id = ? and m.rowid > ? order by m.rowid limit 200`,
      [sessionId, rowid],
    );
    yield* rows;
    if (rows.length === 0) return;
    rowid = Number(rows.at(-1)?.["rowid"]);
  }
}

function sizesByKind(connection: Connection): Inspection["sizes"] {
  const sum = (sql: string): number => Number(connection.get(sql)?.["n"] ?? 0);
  return [
    { kind: "messages", sizeBytes: sum("select sum(length(cast(parts as blob))) as n from messages") },
    { kind: "file versions", sizeBytes: sum("select sum(length(cast(content as blob))) as n from files") },
    { kind: "exact steps", sizeBytes: sum("select sum(length(cast(blocks as blob))) as n from x_message") },
    { kind: "free", sizeBytes: pragma(connection, "freelist_count") * pragma(connection, "page_size") },
  ];
}

function pragma(connection: Connection, name: string): number {
  return Number(connection.get(`pragma ${name}`)?.[name] ?? 0);
}

function largestSessions(connection: Connection): Inspection["largestSessions"] {
  return connection
    .all(
      `select s.id, s.title,
         coalesce((select sum(length(cast(m.parts as blob))) from messages m where m.session_id = s.id), 0)
         + coalesce((select sum(length(cast(f.content as blob))) from files f where f.session_id = s.id), 0) as size_bytes
       from sessions s order by size_bytes desc limit ?`,
      [largestMax],
    )
    .map((row) => ({
      id: asSessionId(String(row["id"])),
      title: String(row["title"]),
      sizeBytes: Number(row["size_bytes"]),
    }));
}
