/**
 * The thread that a SessionRemover starts: takes the rows of buried sessions away, empties the write-ahead log, which may
 * still hold them, then ends. Whatever is left when it dies is found again in the tables.
 */
import { workerData } from "node:worker_threads";
import { isBusy } from "./database-error.ts";
import { removeSome, tablesOfSessions } from "./remove-rows.ts";
import { Connection } from "./sqlite.ts";

const busyMsMax = 30_000;
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
  emptyLog();
} finally {
  connection.close();
}

/**
 * Moves the log into the database and cuts it to nothing. Where somebody reads or writes, that is not possible now: the
 * rows of x_wipe stay, and with them the task. The delete also begins the next log, so that no commit on the thread that
 * draws has to sync its header.
 */
function emptyLog(): void {
  const last = connection.get("select max(id) as id from x_wipe")?.["id"];
  if (typeof last !== "number") return;
  const checkpoint = connection.get("pragma wal_checkpoint(truncate)");
  if (checkpoint?.["busy"] !== 0) return;
  inTransaction(() => connection.run("delete from x_wipe where id <= ?", [last]));
}

function inTransaction<T>(work: () => T): T {
  const startMs = performance.now();
  for (;;) {
    try {
      connection.run("begin immediate");
      const result = work();
      connection.run("commit");
      return result;
    } catch (error) {
      connection.rollback();
      if (!isBusy(error) || performance.now() - startMs > busyMsMax) throw error;
    }
    pause(1 + Math.random() * 30);
  }
}

function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
