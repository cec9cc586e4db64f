import { isBusy } from "./database-error.ts";
import type { Connection } from "./sqlite.ts";

/**
 * The first commit after a checkpoint begins the log anew and syncs its header: here, so that no commit on the thread
 * that draws has to. The row ends as it was; only its page is written.
 */
export function beginLog(connection: Connection): void {
  if (connection.get("select 1 from sqlite_master where name = 'x_schema'") === undefined) return;
  try {
    connection.execute("begin immediate");
    connection.run("update x_schema set applied_at_ms = applied_at_ms + 1 where version = 1");
    connection.run("update x_schema set applied_at_ms = applied_at_ms - 1 where version = 1");
    connection.execute("commit");
  } catch (error) {
    connection.rollback();
    // Another commit was faster, and has begun it.
    if (!isBusy(error)) throw error;
  }
}
