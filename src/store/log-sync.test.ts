import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { AppError } from "../lib/app-error.ts";
import { LogStart } from "./log-start.ts";
import { LogSync } from "./log-sync.ts";
import { countSessions, insertSession } from "./sessions.ts";
import { Connection } from "./sqlite.ts";

/** A sync that ends when the test says so. */
class HeldSync {
  readonly asked: PromiseWithResolvers<void>[] = [];
  isClosed = false;

  sync(): Promise<void> {
    const held = Promise.withResolvers<void>();
    this.asked.push(held);
    return held.promise;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.resolve();
  }
}

test("what must survive a loss of power resolves after the sync, and nothing else waits for it", async (t) => {
  const logSync = new HeldSync();
  const { store, events } = await openTestStore(t, { logSync });
  await store.transact((tx) => insertSession(tx, { title: "begins the log" }));
  const asked = logSync.asked.length;
  const order: string[] = [];
  const lasting = store
    .transact((tx) => insertSession(tx, { title: "lasting" }), { survives: "power-loss" })
    .then(() => order.push("lasting"));
  await store.transact((tx) => insertSession(tx, { title: "quick" }));
  order.push("quick");
  assert.equal(events.length, 3, "its event went out with the commit");
  assert.equal(logSync.asked.length, asked + 1, "the quick one asks for none");
  logSync.asked.at(-1)?.resolve();
  await lasting;
  assert.deepEqual(order, ["quick", "lasting"]);
  await store.close();
  assert.ok(logSync.isClosed);
});

test("a sync that fails is told to who waits for it; what was committed is there", async (t) => {
  const logSync = new HeldSync();
  const { store } = await openTestStore(t, { logSync });
  await store.transact((tx) => insertSession(tx, { title: "begins the log" }));
  logSync.asked[0]?.reject(new Error("nobody waits for this one"));
  const lasting = store.transact((tx) => insertSession(tx, { title: "lasting" }), { survives: "power-loss" });
  await store.transact((tx) => countSessions(tx));
  logSync.asked.at(-1)?.reject(new Error("EIO: input/output error, fdatasync"));
  await assert.rejects(lasting, (error) => {
    assert.ok(error instanceof AppError && error.code === "input-output");
    assert.match(error.message, /did not confirm .* EIO/u);
    return true;
  });
  assert.equal(
    store.read((tx) => countSessions(tx)),
    2,
  );
});

test("who asks while a sync runs shares the next one", async (t) => {
  const { path: file, store } = await openTestStore(t);
  await store.transact((tx) => insertSession(tx, { title: "one" }));
  const sync = new LogSync(file);
  const first = sync.sync();
  // The first begins as soon as this turn of the event loop is over.
  await new Promise<void>((resolve) => {
    queueMicrotask(() => {
      process.nextTick(resolve);
    });
  });
  const second = sync.sync();
  assert.notEqual(second, first);
  assert.equal(sync.sync(), second);
  await Promise.all([first, second]);
  await sync.close();
  if (existsSync("/proc/self/fd")) {
    const open = readdirSync("/proc/self/fd").flatMap(linkTarget);
    assert.equal(open.filter((target) => target === `${file}-wal`).length, 1, "SQLite's own");
  }
});

function linkTarget(name: string): string[] {
  try {
    return [readlinkSync(`/proc/self/fd/${name}`)];
  } catch {
    // The descriptor of the folder that was just read.
    return [];
  }
}

test("a log that can't be opened is told of each time it is asked for, and synced once it is there", async (t) => {
  const file = path.join(temporaryFolder(t), "crush.db");
  const sync = new LogSync(file);
  await assert.rejects(sync.sync(), /ENOENT/u);
  await assert.rejects(sync.sync(), /ENOENT/u);
  writeFileSync(`${file}-wal`, "");
  await sync.sync();
  await sync.close();
});

function level(connection: Connection): unknown {
  return connection.get("pragma synchronous")?.["synchronous"];
}

function openLogged(t: { after(fn: () => void): void }, file: string): Connection {
  const connection = new Connection(file, { isReadOnly: false });
  connection.execute("pragma journal_mode = wal; pragma synchronous = normal; create table if not exists numbers (n)");
  t.after(() => {
    connection.close();
  });
  return connection;
}

test("only the commit that begins an empty log leaves the sync to others", (t) => {
  const file = path.join(temporaryFolder(t), "some.db");
  openLogged(t, file).execute("pragma wal_checkpoint(truncate)");
  const connection = openLogged(t, file);
  const start = new LogStart(connection, file);
  start.begin();
  assert.equal(level(connection), 0);
  connection.rollback();
  assert.equal(start.ended(), false, "nothing was written");
  assert.equal(level(connection), 1);
  for (const isFirst of [true, false]) {
    start.begin();
    assert.equal(level(connection), isFirst ? 0 : 1);
    connection.run("insert into numbers (n) values (1)");
    connection.execute("commit");
    assert.equal(start.ended(), isFirst);
    assert.equal(level(connection), 1);
  }
});

test("a log that another program has begun keeps SQLite's own order", (t) => {
  const file = path.join(temporaryFolder(t), "some.db");
  const connection = openLogged(t, file);
  runSql(file, "insert into numbers (n) values (1)");
  const start = new LogStart(connection, file);
  start.begin();
  assert.equal(level(connection), 1);
  connection.execute("commit");
  assert.equal(start.ended(), false);
});
