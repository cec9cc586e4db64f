/**
 * The thread that a Checkpointer starts when nothing has been written for a while: moves the log into the database file and
 * cuts it to nothing, as far as no other process reads or writes at the moment; then ends.
 */
import { workerData } from "node:worker_threads";
import { beginLog } from "./begin-log.ts";
import { Connection } from "./sqlite.ts";

const connection = new Connection(String(workerData), { isReadOnly: false });
try {
  connection.execute("pragma synchronous = normal");
  const checkpoint = connection.get("pragma wal_checkpoint(truncate)");
  if (checkpoint?.["busy"] === 0) beginLog(connection);
} finally {
  connection.close();
}
