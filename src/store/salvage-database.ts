import { must } from "../lib/assert.ts";
import { silentLog } from "../lib/log.ts";
import { usedColumns } from "./crush-schema.ts";
import type { SalvagedTable } from "./database-task.ts";
import type { SqlRow, SqlValue } from "./handle.ts";
import { addLostSessions } from "./lost-sessions.ts";
import { mendHeader } from "./mend-header.ts";
import { migrate } from "./migrate.ts";
import { ownSteps } from "./own-schema.ts";
import { Connection, sqliteResultCode } from "./sqlite.ts";

/** Rowids in a row that give no row: there is nothing more. */
const emptyMax = 20_000;
const batch = 100;

/**
 * Reads a damaged database table by table, passing over what can't be read, into a new one at `target` (an empty file).
 * The file at `path` may be changed: it gets a header where it has none. Throws the driver's errors where it is no
 * database. Sessions whose row is lost but which have messages get a new row.
 */
export function salvageDatabase(path: string, target: string): SalvagedTable[] {
  mendHeader(path);
  const source = new Connection(path, { isReadOnly: true, isDamaged: true });
  const rescued = new Connection(target, { isReadOnly: false });
  try {
    migrate(rescued, { path: target, log: silentLog, nowMs: Date.now() });
    rescued.execute("pragma foreign_keys = off; begin immediate");
    const tables = tablesToRead(source, rescued).map((table) => copyTable(source, rescued, table));
    tables.push(...unknownTables(source, rescued));
    fillSums(source, rescued);
    addLostSessions(rescued);
    dropOrphans(rescued);
    rescued.execute("commit; pragma wal_checkpoint(truncate); pragma journal_mode = delete");
    return tables;
  } finally {
    source.close();
    rescued.close();
  }
}

/**
 * Messages before their sessions: the triggers that count messages then find no row to change. A table of ours that the
 * source does not have may be younger than it.
 */
function tablesToRead(source: Connection, rescued: Connection): string[] {
  const own = rescued
    .all("select name from sqlite_master where type = 'table' and name like 'x\\_%' escape '\\' and name <> 'x_schema'")
    .map((row) => String(row["name"]))
    .filter((name) => columnsIn(source, name).length > 0);
  const crush = Object.keys(usedColumns).filter((name) => name !== "sessions");
  return [...crush, ...own, "sessions"];
}

function copyTable(source: Connection, rescued: Connection, table: string): SalvagedTable {
  const columns = sharedColumns(source, rescued, table);
  const insert = `insert or ignore into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`;
  let rows = 0;
  const add = (row: SqlRow): void => {
    rows += rescued.run(
      insert,
      columns.map((column) => storable(row[column])),
    );
  };
  const ended = columns.length === 0 ? { lost: 0, isCutOff: true } : readRows(source, { table, columns }, add);
  const leftOut = columnsIn(source, table)
    .filter((column) => !columns.includes(column))
    .map((column) => `${table}.${column}`);
  return { table, rows, leftOut, ...ended };
}

/** Those of a newer program, or of somebody else. */
function unknownTables(source: Connection, rescued: Connection): SalvagedTable[] {
  // What SQLite has understood of the schema: the page of sqlite_master itself may be damaged.
  return source
    .all(
      "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    )
    .map((row) => String(row["name"]))
    .filter((table) => columnsIn(rescued, table).length === 0)
    .map((table) => ({ table, rows: 0, lost: 0, isCutOff: false, leftOut: [table] }));
}

/** Bytes where a text belongs are the text's own. */
function storable(value: unknown): SqlValue {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function columnsIn(connection: Connection, table: string): string[] {
  return connection.all("select name from pragma_table_info(?)", [table]).map((row) => String(row["name"]));
}

function sharedColumns(source: Connection, rescued: Connection, table: string): string[] {
  const known = new Set(columnsIn(rescued, table));
  return columnsIn(source, table).filter((column) => known.has(column));
}

/** In the order of the rowids; from the first page that can't be read on, rowid by rowid. */
function readRows(
  source: Connection,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
  add: (row: SqlRow) => void,
): Pick<SalvagedTable, "lost" | "isCutOff"> {
  const selected = `select rowid as rowid_, ${columns.join(", ")} from ${table}`;
  let rowid = 0;
  try {
    for (;;) {
      const rows = source.all(`${selected} where rowid > ? order by rowid limit ${String(batch)}`, [rowid]);
      for (const row of rows) add(row);
      if (rows.length === 0) return { lost: 0, isCutOff: false };
      rowid = Number(must(rows.at(-1), "the last row")["rowid_"]);
    }
  } catch (error) {
    if (sqliteResultCode(error) === undefined) throw error;
  }
  let lost = 0;
  let errors = 0;
  for (let empty = 0; empty < emptyMax; empty += 1) {
    rowid += 1;
    const row = readRow(source, `${selected} where rowid = ?`, rowid);
    if (row === "error") errors += 1;
    if (row === undefined || row === "error") continue;
    add(row);
    lost += errors;
    errors = 0;
    empty = -1;
  }
  return { lost, isCutOff: errors > 0 };
}

function readRow(source: Connection, sql: string, rowid: number): SqlRow | undefined | "error" {
  try {
    return source.get(sql, [rowid]);
  } catch (error) {
    if (sqliteResultCode(error) === undefined) throw error;
    return "error";
  }
}

/** Of ours: those that the source has not got are made of what was read, as their steps make them. */
function fillSums(source: Connection, rescued: Connection): void {
  for (const statement of ownSteps.flatMap(({ statements }) => statements)) {
    const table = /^insert into (\w+)/u.exec(statement)?.[1];
    if (table !== undefined && columnsIn(source, table).length === 0) rescued.execute(statement);
  }
}

/** What belonged to rows that are lost, and would break the new database's references. */
function dropOrphans(rescued: Connection): void {
  for (const row of rescued.all("pragma foreign_key_check")) {
    rescued.run(`delete from ${String(row["table"])} where rowid = ?`, [row["rowid"] ?? null]);
  }
}
