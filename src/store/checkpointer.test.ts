import assert from "node:assert/strict";
import { statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openTestStore, SettableClock } from "../../test/harness/open-test-store.ts";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { silentLog } from "../lib/log.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Connection } from "./sqlite.ts";

test("a long log is emptied by a thread of its own, not by a commit", async (t) => {
  const file = path.join(temporaryFolder(t), "some.db");
  const connection = new Connection(file, { isReadOnly: false });
  const checkpointer = new Checkpointer(connection, { path: file, clock: new SettableClock(0), log: silentLog });
  t.after(() => {
    checkpointer[Symbol.dispose]();
    connection.close();
  });
  connection.execute("pragma journal_mode = wal; create table numbers (value)");
  checkpointer.afterCommit();
  await checkpointer.idle();
  assert.equal(logFrames(connection).checkpointed, 0, "a short log is left alone");

  const value = "x".repeat(10_000);
  connection.execute("begin");
  for (let row = 0; row < 500; row += 1) connection.run("insert into numbers (value) values (?)", [value]);
  connection.execute("commit");
  assert.ok(statSync(file).size < 100_000, "no commit has written into the database file");
  checkpointer.afterCommit();
  await checkpointer.idle();
  const { log, checkpointed } = logFrames(connection);
  assert.ok(log > 1000);
  assert.equal(checkpointed, log);
  assert.ok(statSync(file).size > 5_000_000);
});

test("the thread begins the next log, so that no commit has to sync its header", async (t) => {
  const { store, path: file } = await openTestStore(t);
  await store.close();
  const connection = new Connection(file, { isReadOnly: false });
  const checkpointer = new Checkpointer(connection, { path: file, clock: new SettableClock(0), log: silentLog });
  t.after(() => {
    checkpointer[Symbol.dispose]();
    connection.close();
  });
  connection.execute("create table x_numbers (value)");
  connection.run("insert into x_numbers (value) values (?)", ["x".repeat(5_000_000)]);
  const steps = "select version, applied_at_ms from x_schema";
  const before = connection.all(steps);
  checkpointer.afterCommit();
  await checkpointer.idle();
  assert.ok(logFrames(connection).log < 10, "the log was begun anew");
  assert.deepEqual(connection.all(steps), before);
});

test("commits empty the log themselves only after three threads have failed, and only until one succeeds", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "some.db");
  const connection = new Connection(file, { isReadOnly: false });
  const clock = new SettableClock(0);
  const elsewhere = path.join(folder, "elsewhere");
  const place = { path: path.join(elsewhere, "some.db"), clock, log: silentLog };
  const checkpointer = new Checkpointer(connection, place);
  t.after(() => {
    checkpointer[Symbol.dispose]();
    connection.close();
  });
  connection.execute("pragma journal_mode = wal; create table numbers (value)");
  connection.run("insert into numbers (value) values (?)", ["x".repeat(5_000_000)]);
  const limits: unknown[] = [];
  const runThread = async (): Promise<void> => {
    clock.advance(10_000);
    checkpointer.afterCommit();
    await checkpointer.idle();
    limits.push(connection.get("pragma wal_autocheckpoint")?.["wal_autocheckpoint"]);
  };
  for (let failures = 0; failures < 3; failures += 1) await runThread();
  symlinkSync(folder, elsewhere);
  await runThread();
  assert.deepEqual(limits, [0, 0, 2000, 0]);
});

test("a log that nobody has written to for a while is cut to nothing", async (t) => {
  const { store, path: file } = await openTestStore(t);
  await store.close();
  const connection = new Connection(file, { isReadOnly: false });
  t.after(() => {
    connection.close();
  });
  const clock = new ManualClock();
  const checkpointer = new Checkpointer(connection, { path: file, clock, log: silentLog });
  connection.execute("create table x_numbers (value)");
  connection.run("insert into x_numbers (value) values (?)", ["x".repeat(1_000_000)]);
  const sizeBytes = (): number => statSync(`${file}-wal`).size;
  checkpointer.afterCommit();
  clock.advance(20_000);
  checkpointer.afterCommit();
  clock.advance(20_000);
  await checkpointer.idle();
  assert.ok(sizeBytes() > 1_000_000, "it was written to less than 30 s ago");
  clock.advance(10_000);
  await checkpointer.idle();
  assert.ok(sizeBytes() < 20_000, String(sizeBytes()));
  assert.equal(clock.waitingCount, 0);
});

function logFrames(connection: Connection): { readonly log: number; readonly checkpointed: number } {
  const row = connection.get("pragma wal_checkpoint(noop)");
  return { log: Number(row?.["log"]), checkpointed: Number(row?.["checkpointed"]) };
}
