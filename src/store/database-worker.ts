/** The thread that does long work on a database: copies, checks, rewrites and salvages it, then ends. */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { unreachable } from "../lib/assert.ts";
import { systemClock } from "../lib/clock.ts";
import { hasTable } from "./database-copies.ts";
import type { DatabaseAnswer, DatabaseFindings, DatabaseTask } from "./database-task.ts";
import { openForReading } from "./open-for-reading.ts";
import { salvageDatabase } from "./salvage-database.ts";
import { Connection, sqliteResultCode } from "./sqlite.ts";
import { waitWhileBusy } from "./wait-while-busy.ts";

const wait = { clock: systemClock, random: Math.random, timeoutMs: 30_000 };
const nothing: DatabaseFindings = { problems: [], tables: [] };
/** More tell no more. */
const problemsMax = 20;

async function perform(task: DatabaseTask): Promise<DatabaseFindings> {
  switch (task.kind) {
    case "copy":
      await onConnection(task.path, { isReadOnly: true }, (connection) => {
        connection.run("vacuum into ?", [task.target]);
      });
      syncFile(task.target);
      return onConnection(task.target, { isReadOnly: true }, check);
    case "vacuum":
      await onConnection(task.path, { isReadOnly: false }, (connection) => {
        connection.execute("pragma secure_delete = on; vacuum");
        if (hasTable(connection, "x_fragment")) connection.run("delete from x_fragment");
        connection.execute("pragma wal_checkpoint(truncate)");
      });
      return nothing;
    case "check":
      return onConnection(task.path, { isReadOnly: true }, check);
    case "salvage": {
      const tables = salvageDatabase(task.path, task.target);
      syncFile(task.target);
      const { problems } = await onConnection(task.target, { isReadOnly: true }, check);
      return { problems, tables };
    }
    default:
      return unreachable(task);
  }
}

async function onConnection<T>(
  path: string,
  options: { readonly isReadOnly: boolean },
  work: (connection: Connection) => T,
): Promise<T> {
  return waitWhileBusy(() => {
    const connection = options.isReadOnly ? openForReading(path) : new Connection(path, options);
    try {
      return work(connection);
    } finally {
      connection.close();
    }
  }, wait);
}

function check(connection: Connection): DatabaseFindings {
  const problems = connection
    .all(`pragma integrity_check(${String(problemsMax)})`)
    .map((row) => String(row["integrity_check"]))
    .filter((line) => line !== "ok");
  return { problems, tables: [] };
}

function syncFile(file: string): void {
  const descriptor = openSync(file, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function answer(task: DatabaseTask): Promise<DatabaseAnswer> {
  try {
    return { kind: "done", findings: await perform(task) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", errorCode: sqliteResultCode(error) ?? null, message };
  }
}

parentPort?.postMessage(await answer(workerData as DatabaseTask));
