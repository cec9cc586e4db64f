import { AppError } from "../lib/app-error.ts";
import type { MessageId } from "../schema/ids.ts";
import { pause, whileBusy } from "./blocking-work.ts";
import { copyRows, isCopying } from "./copy-session.ts";
import type { RowCopy } from "./copy-session.ts";
import { databaseError } from "./database-error.ts";
import { Connection } from "./sqlite.ts";

/** The commit comes on top: together below 50 ms on a slow disk. */
const batchMsMax = 10;
/** Between two transactions: who waits for the lock looks each 1 to 30 ms, and finds it free every second time. */
const pauseMs = 10;

/**
 * Copies the rows of a session that does not exist yet, in transactions of some milliseconds, and returns the copy of its
 * summary. Foreign keys are not looked at meanwhile: nobody sees rows without a session, and no session is there before all
 * of them are. Blocks: for a thread. Throws AppError; what was copied by then stays marked by x_copy.
 */
export function copyInBatches(
  databasePath: string,
  copy: RowCopy & { readonly ownerId: string },
  onProgress: (part: number) => void,
): MessageId | null {
  const connection = new Connection(databasePath, { isReadOnly: false });
  try {
    connection.execute(
      "pragma foreign_keys = off; pragma synchronous = normal; pragma secure_delete = on; pragma temp_store = memory; pragma wal_autocheckpoint = 0",
    );
    const steps = copyRows(connection, copy);
    for (;;) {
      const end = inTransaction(connection, () => {
        if (!isCopying(connection, copy)) throw wasGivenUp();
        const endMs = performance.now() + batchMsMax;
        let step = steps.next();
        while (step.done !== true && performance.now() < endMs) step = steps.next();
        return step;
      });
      if (end.done === true) return end.value;
      onProgress(end.value);
      pause(pauseMs);
    }
  } catch (error) {
    throw databaseError(error, databasePath);
  } finally {
    connection.close();
  }
}

/** Only its beginning is tried again: what was copied is not known to be copied twice. */
function inTransaction<T>(connection: Connection, work: () => T): T {
  whileBusy(() => connection.run("begin immediate"));
  try {
    const result = work();
    connection.run("commit");
    return result;
  } catch (error) {
    connection.rollback();
    throw error;
  }
}

function wasGivenUp(): AppError {
  return new AppError("session-changed", "the copy was given up: another process took this one for dead");
}
