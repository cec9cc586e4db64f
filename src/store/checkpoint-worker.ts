/** The thread that a Checkpointer starts: moves the log into the database file, begins the next log, then ends. */
import { workerData } from "node:worker_threads";
import { beginLog } from "./begin-log.ts";
import { Connection } from "./sqlite.ts";

const connection = new Connection(String(workerData), { isReadOnly: false });
try {
  connection.execute("pragma synchronous = normal; pragma wal_checkpoint(passive)");
  beginLog(connection);
} finally {
  connection.close();
}
