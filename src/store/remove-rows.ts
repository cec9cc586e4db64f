/** Takes away the rows of buried sessions, a little at a time: each transaction holds the lock for some milliseconds. */
import { takeFromDailyTotals } from "./daily-totals.ts";
import type { SqlRow, SqlValue } from "./handle.ts";
import type { Connection } from "./sqlite.ts";
import { isStray } from "./stray-sessions.ts";

type Rows = Pick<Connection, "all" | "get" | "run">;

/** The commit and the last row come on top: together below 50 ms on a slow disk. */
const workMsMax = 15;
/** What is deleted is overwritten: 10 MB take 15 ms. A single row that is larger takes what it takes. */
const sizeBytesMax = 8_000_000;
const rowsMax = 500;

/** A table whose rows belong to sessions, by a foreign key. */
interface OwnedTable {
  readonly name: string;
  readonly column: string;
  /** SQL for the bytes of a row. It reads no content: octet_length knows the length from the row's header. */
  readonly size: string;
}

export interface RemovalBudget {
  readonly workMsMax: number;
  readonly sizeBytesMax: number;
}

/** Whatever references `sessions`, tables of other versions and programs too. */
export function tablesOfSessions(rows: Pick<Rows, "all">): readonly OwnedTable[] {
  const columns = rows.all(
    `select m.name as "table", f."from" as "column" from sqlite_master m, pragma_foreign_key_list(m.name) f
     where m.type = 'table' and f."table" = 'sessions' and m.name != 'x_tombstone' order by m.rowid`,
  );
  return columns.map((row) => {
    const name = String(row["table"]);
    const sizes = rows
      .all("select name from pragma_table_info(?)", [name])
      .map((column) => `coalesce(octet_length(${quoted(String(column["name"]))}), 0)`);
    return { name, column: String(row["column"]), size: sizes.join(" + ") };
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Removes some rows of the session that was buried last, or of a copy that was given up, in the transaction of the caller:
 * its own rows first, the session itself when nothing else is left. False: there is neither.
 */
export function removeSome(
  rows: Rows,
  {
    tables,
    nowMs,
    budget = { workMsMax, sizeBytesMax },
  }: {
    readonly tables: readonly OwnedTable[];
    readonly nowMs: number;
    readonly budget?: RemovalBudget;
  },
): boolean {
  const buried =
    rows.get("select session_id, is_forgotten from x_tombstone order by rowid desc limit 1") ??
    rows.get("select session_id, 0 as is_forgotten from x_copy where owner_id = '' limit 1");
  if (buried === undefined) return false;
  const sessionId = String(buried["session_id"]);
  const meter = new Meter(budget);
  for (const table of tables) {
    const isForgotten = table.name === "x_usage" && buried["is_forgotten"] === 1;
    if (!removeRows(rows, { table, sessionId, meter, isForgotten })) return true;
  }
  // Another program may have added one below it since; it is the next to go.
  const added = rows.run(
    `insert or ignore into x_tombstone (session_id, is_forgotten, deleted_at_ms)
     select id, ?, ? from sessions where parent_session_id = ? and not ${isStray("sessions")}`,
    [buried["is_forgotten"] ?? 0, nowMs, sessionId],
  );
  if (added > 0) return true;
  rows.run("delete from sessions where id = ?", [sessionId]);
  rows.run("delete from x_copy where session_id = ?", [sessionId]);
  rows.run("insert into x_wipe (removed_at_ms) values (?)", [nowMs]);
  return true;
}

class Meter {
  readonly #endMs: number;
  #leftBytes: number;
  #hasTaken = false;

  constructor({ workMsMax: workMs, sizeBytesMax: sizeBytes }: RemovalBudget) {
    this.#endMs = performance.now() + workMs;
    this.#leftBytes = sizeBytes;
  }

  /** False: this row is for the next transaction. The first one always fits. */
  takes(sizeBytes: number): boolean {
    if (this.#hasTaken && (performance.now() > this.#endMs || sizeBytes > this.#leftBytes)) return false;
    this.#leftBytes -= sizeBytes;
    this.#hasTaken = true;
    return true;
  }
}

/** True: the table holds nothing of the session any more. */
function removeRows(
  rows: Rows,
  {
    table,
    sessionId,
    meter,
    isForgotten,
  }: {
    readonly table: OwnedTable;
    readonly sessionId: string;
    readonly meter: Meter;
    /** Rows of the ledger whose figures go from the totals too. */
    readonly isForgotten: boolean;
  },
): boolean {
  const [name, column] = [quoted(table.name), quoted(table.column)];
  for (;;) {
    const some: readonly SqlRow[] = rows.all(
      `select rowid as row, ${table.size} as size from ${name} where ${column} = ? limit ${String(rowsMax)}`,
      [sessionId],
    );
    if (some.length === 0) return true;
    for (const { row, size } of some) {
      if (!meter.takes(Number(size))) return false;
      if (isForgotten) takeFromDailyTotals(rows, Number(row));
      rows.run(`delete from ${name} where rowid = ?`, [row as SqlValue]);
    }
  }
}
