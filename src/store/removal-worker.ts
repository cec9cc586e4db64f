/**
 * The thread that a SessionRemover starts: takes the rows of buried sessions away, rewrites the pages and empties the
 * write-ahead log, which may still hold them, then ends. Whatever is left when it dies is found again in the tables.
 */
import { workerData } from "node:worker_threads";
import { pause, whileBusy } from "./blocking-work.ts";
import { removeSome, tablesOfSessions } from "./remove-rows.ts";
import { Connection } from "./sqlite.ts";

/** A vacuum of it takes some tenths of a second, in which others wait to write. Larger ones are for `crush db vacuum`. */
const rewrittenBytesMax = 64_000_000;
/** Between two transactions, so that whoever waits for the lock gets it. */
const pauseMsMin = 5;

const connection = new Connection(String(workerData), { isReadOnly: false });
try {
  connection.execute(
    `pragma foreign_keys = on;
     pragma synchronous = normal;
     pragma secure_delete = on;
     pragma temp_store = memory;
     pragma wal_autocheckpoint = 0`,
  );
  const tables = tablesOfSessions(connection);
  while (inTransaction(() => removeSome(connection, { tables, nowMs: Date.now() }))) pause(pauseMsMin);
  wipe();
} finally {
  connection.close();
}

/**
 * Where somebody reads, writes or is at work, not all of it is possible now: the rows of x_wipe stay, and with them the task.
 * Their delete also begins the next log, so that no commit on the thread that draws has to sync its header.
 */
function wipe(): void {
  const last = connection.get("select max(id) as id from x_wipe")?.["id"];
  if (typeof last !== "number" || !emptyLog()) return;
  const isRewritten = isSmall();
  if (isRewritten && !(rewritePages() && emptyLog())) return;
  inTransaction(() => {
    connection.run("delete from x_wipe where id <= ?", [last]);
    if (isRewritten) connection.run("delete from x_fragment");
    else connection.run("insert into x_fragment (removed_at_ms) values (?)", [Date.now()]);
  });
}

/** Moves the log into the database and cuts it to nothing. */
function emptyLog(): boolean {
  return connection.get("pragma wal_checkpoint(truncate)")?.["busy"] === 0;
}

function isSmall(): boolean {
  const number = (name: string): number => Number(connection.get(`pragma ${name}`)?.[name]);
  return number("page_count") * number("page_size") <= rewrittenBytesMax;
}

/**
 * `secure_delete` leaves what rows that moved left behind where pages were rebalanced: in free space which no statement
 * reaches. A vacuum writes every page anew, in one transaction like any other. False: not while a turn writes its steps.
 */
function rewritePages(): boolean {
  if (connection.get("select 1 from x_turn limit 1") !== undefined) return false;
  whileBusy(() => {
    connection.execute("vacuum");
  });
  return true;
}

function inTransaction<T>(work: () => T): T {
  return whileBusy(() => {
    try {
      connection.run("begin immediate");
      const result = work();
      connection.run("commit");
      return result;
    } catch (error) {
      connection.rollback();
      throw error;
    }
  });
}
