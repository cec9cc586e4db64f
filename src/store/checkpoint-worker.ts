/** The thread that a Checkpointer starts: moves the log into the database file, then ends. */
import { workerData } from "node:worker_threads";
import { Connection } from "./sqlite.ts";

const connection = new Connection(String(workerData), { isReadOnly: false });
try {
  connection.execute("pragma synchronous = normal; pragma wal_checkpoint(passive)");
} finally {
  connection.close();
}
