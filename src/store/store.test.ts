import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { holdLock } from "../../test/harness/hold-lock.ts";
import { openSampleStore, openStoreAt, openTestStore, querySql } from "../../test/harness/open-test-store.ts";
import { temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { AppError } from "../lib/app-error.ts";
import { AssertionError } from "../lib/assert.ts";
import { systemClock } from "../lib/clock.ts";
import type { ReadHandle } from "./handle.ts";
import { insertMessage } from "./messages.ts";
import { countSessions, getSession, insertSession, listSessions } from "./sessions.ts";
import { Store } from "./store.ts";

function isAppError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

function titles(store: Store): string[] {
  return store.read((handle) => listSessions(handle)).map((session) => session.title);
}

test("the data directory, its .gitignore and the database are made for their owner only", async (t) => {
  const { path: file } = await openTestStore(t);
  const directory = path.dirname(file);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(readFileSync(path.join(directory, ".gitignore"), "utf8"), "*\n");
  for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(statSync(name).mode & 0o777, 0o600);
});

test("a connection has the format's settings, and never waits inside SQLite", async (t) => {
  const { store } = await openTestStore(t);
  const settings = ["foreign_keys", "journal_mode", "page_size", "synchronous", "secure_delete", "temp_store"];
  const values = store.read((handle) =>
    Object.fromEntries(
      [...settings, "busy_timeout", "user_version", "application_id", "auto_vacuum"].map((name) => [
        name,
        Object.values(handle.get(`pragma ${name}`) ?? {})[0],
      ]),
    ),
  );
  assert.deepEqual(values, {
    foreign_keys: 1,
    journal_mode: "wal",
    page_size: 4096,
    synchronous: 1,
    secure_delete: 1,
    temp_store: 2,
    busy_timeout: 0,
    user_version: 0,
    application_id: 0,
    auto_vacuum: 0,
  });
});

test("transactions run one after the other, in the order in which they were asked for", async (t) => {
  const { store } = await openTestStore(t);
  const order: number[] = [];
  await Promise.all(
    [0, 1, 2, 3, 4].map((number) =>
      store.transact((tx) => {
        order.push(number);
        insertSession(tx, { title: String(number) });
      }),
    ),
  );
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.deepEqual(titles(store), ["4", "3", "2", "1", "0"]);
});

test("events go out after the commit, in order, and before the transaction resolves", async (t) => {
  const { store, events } = await openTestStore(t);
  const seen: number[] = [];
  const stop = store.subscribe(() => {
    seen.push(store.read((handle) => countSessions(handle)));
  });
  await store.transact((tx) => {
    insertSession(tx, { title: "a" });
    insertSession(tx, { title: "b" });
    assert.deepEqual(events, []);
  });
  assert.deepEqual(seen, [2, 2]);
  stop();
  await store.transact((tx) => insertSession(tx, { title: "c" }));
  assert.deepEqual(seen, [2, 2]);
  assert.equal(events.length, 3);
});

test("what a transaction throws undoes it, tells nobody, and does not stop the next", async (t) => {
  const { store, events } = await openTestStore(t);
  const failure = new Error("changed my mind");
  const failed = store.transact((tx) => {
    insertSession(tx, { title: "never" });
    throw failure;
  });
  const next = store.transact((tx) => insertSession(tx, { title: "next" }));
  await assert.rejects(failed, failure);
  await next;
  assert.deepEqual(titles(store), ["next"]);
  assert.equal(events.length, 1);
});

test("a read sees one state and leaves none of its own", async (t) => {
  const { store, path: file } = await openSampleStore(t);
  store.read((handle) => {
    const before = countSessions(handle);
    assert.ok(before > 0);
    const nested = store.read((inner) => countSessions(inner));
    assert.equal(nested, before);
    handle.all("delete from sessions returning id");
  });
  assert.equal(querySql(file, "select count(*) as sessions from sessions")[0]?.["sessions"], 7);
});

test("handles are refused outside their callbacks, and reads inside transactions", async (t) => {
  const { store } = await openTestStore(t);
  const kept: ReadHandle[] = [];
  store.read((handle) => kept.push(handle));
  await store.transact((tx) => kept.push(tx));
  for (const handle of kept) assert.throws(() => handle.get("select 1"), AssertionError);
  await assert.rejects(
    store.transact(() => store.read((handle) => countSessions(handle))),
    AssertionError,
  );
  await assert.rejects(
    store.transact(() => Promise.resolve()),
    AssertionError,
  );
});

test("a transaction waits for another process' lock without stopping the event loop", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const lock = await holdLock(t, file);
  let hasCommitted = false;
  const written = store
    .transact((tx) => insertSession(tx, { title: "patient" }))
    .then(() => {
      hasCommitted = true;
    });
  let ticks = 0;
  let longestMs = 0;
  let lastMs = performance.now();
  await new Promise<void>((resolve) => {
    const interval = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
      ticks += 1;
      if (ticks < 30) return;
      clearInterval(interval);
      resolve();
    }, 5);
  });
  assert.equal(hasCommitted, false);
  assert.deepEqual(titles(store), [], "reading goes on meanwhile");
  assert.ok(longestMs < 1000, `the event loop stood still for ${String(longestMs)} ms`);
  await lock.release();
  await written;
  assert.deepEqual(titles(store), ["patient"]);
});

test("a lock that is never released ends in database-locked, and later transactions still run", async (t) => {
  const { path: file } = await openTestStore(t);
  const { store } = await openStoreAt(t, file, { lockTimeoutMs: 60 });
  const lock = await holdLock(t, file);
  await assert.rejects(
    store.transact((tx) => insertSession(tx, { title: "never" })),
    isAppError("database-locked"),
  );
  await lock.release();
  await store.transact((tx) => insertSession(tx, { title: "later" }));
  assert.deepEqual(titles(store), ["later"]);
});

test("a process that dies in the middle of a transaction leaves nothing of it behind", async (t) => {
  const { store, path: file } = await openSampleStore(t);
  const lock = await holdLock(t, file, "delete from messages; update sessions set title = 'half done'");
  await lock.kill();
  await store.transact((tx) => insertSession(tx, { title: "after the crash" }));
  const { store: other } = await openStoreAt(t, file);
  assert.ok(titles(other).includes("after the crash"));
  assert.ok(!titles(other).includes("half done"));
  assert.equal(querySql(file, "select count(*) as messages from messages")[0]?.["messages"], 34);
  assert.equal(querySql(file, "pragma integrity_check")[0]?.["integrity_check"], "ok");
});

test("two stores on one database see each other's commits", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const { store: other, events: otherEvents } = await openStoreAt(t, file);
  await Promise.all(
    Array.from({ length: 40 }, (_, number) =>
      (number % 2 === 0 ? store : other).transact((tx) => insertSession(tx, { title: String(number) })),
    ),
  );
  assert.equal(titles(store).length, 40);
  assert.deepEqual(titles(other), titles(store));
  assert.equal(otherEvents.length, 20, "events are of the own store only");
});

test("several processes write at once, and every transaction arrives", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const script = fileURLToPath(new URL("../../test/harness/add-sessions-process.ts", import.meta.url));
  const children = Array.from({ length: 3 }, () =>
    spawn(process.execPath, [...process.execArgv, script, file, "60"], { stdio: ["ignore", "ignore", "inherit"] }),
  );
  const exits = Promise.all(children.map((child) => once(child, "exit")));
  for (let number = 0; number < 60; number += 1) {
    await store.transact((tx) => insertSession(tx, { title: `own ${String(number)}` }));
  }
  assert.deepEqual(await exits, [
    [0, null],
    [0, null],
    [0, null],
  ]);
  assert.equal(new Set(titles(store)).size, 240);
});

for (const [what, vanish] of [
  ["was deleted", (file: string) => rmSync(file)],
  ["was replaced", (file: string) => renameSync(file, `${file}.moved`)],
  ["lost its log", (file: string) => rmSync(`${file}-wal`)],
] as const) {
  test(`nothing is written into a database that ${what} while it was open`, async (t) => {
    const { store, path: file } = await openTestStore(t);
    await store.transact((tx) => insertSession(tx, { title: "before" }));
    vanish(file);
    if (what === "was replaced") writeFileSync(file, "");
    await assert.rejects(
      store.transact((tx) => insertSession(tx, { title: "into the void" })),
      (error) => isAppError("database-invalid")(error) && /deleted or replaced/u.test((error as AppError).message),
    );
  });
}

test("a full disk is said to be one, and what was stored before stays", async (t) => {
  const { store } = await openTestStore(t);
  const session = await store.transact((tx) => insertSession(tx, { title: "kept" }));
  const pages = store.read((handle) => Number(handle.get("pragma page_count")?.["page_count"]));
  await assert.rejects(
    store.transact((tx) => {
      // SQLite reports the file's largest allowed size just as it reports a full disk.
      tx.get(`pragma max_page_count = ${String(pages + 4)}`);
      insertMessage(tx, { sessionId: session.id, role: "user", parts: [{ type: "text", text: "x".repeat(100_000) }] });
    }),
    isAppError("disk-full"),
  );
  assert.deepEqual(
    store.read((handle) => getSession(handle, session.id)?.messageCount),
    0,
  );
  await store.transact((tx) => insertSession(tx, { title: "small" }));
  assert.equal(titles(store).length, 2);
});

test("a directory or file that may not be written is named, and nothing is made", async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o555);
  await asOrdinaryUser(t, async () => {
    await assert.rejects(Store.open(path.join(folder, ".crush", "crush.db")), (error) => {
      assert.ok(isAppError("input-output")(error));
      assert.ok((error as AppError).message.includes(folder));
      return true;
    });
  });
  assert.equal(existsSync(path.join(folder, ".crush")), false);
});

test("a data directory that is a file is named", async (t) => {
  const directory = path.join(temporaryFolder(t), ".crush");
  writeFileSync(directory, "");
  await assert.rejects(Store.open(path.join(directory, "crush.db")), (error) => {
    assert.ok(isAppError("input-output")(error));
    assert.ok((error as AppError).message.includes(directory));
    return true;
  });
});

test("a database that may only be read says so when something is written", async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const directory = path.join(folder, ".crush");
  mkdirSync(directory, { mode: 0o755 });
  const file = path.join(directory, "crush.db");
  const writer = await openStoreAt(t, file);
  await writer.store.transact((tx) => insertSession(tx, { title: "one" }));
  for (const name of [file, `${file}-wal`, `${file}-shm`]) chmodSync(name, 0o444);
  chmodSync(directory, 0o555);
  await asOrdinaryUser(t, async () => {
    const reader = await Store.open(file);
    assert.deepEqual(titles(reader), ["one"]);
    await assert.rejects(
      reader.transact((tx) => insertSession(tx, { title: "two" })),
      isAppError("input-output"),
    );
    await reader.close();
  });
  chmodSync(directory, 0o755);
});

/** Modes mean nothing to the superuser: the work is done as nobody then. */
async function asOrdinaryUser(t: { after(fn: () => void): void }, work: () => Promise<void>): Promise<void> {
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid?.(65_534);
  const restore = (): void => {
    if (isSuperuser) process.seteuid?.(0);
  };
  t.after(restore);
  await work();
  restore();
}

test("closing waits for the transactions that were asked for, and refuses later ones", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const writing = store.transact((tx) => insertSession(tx, { title: "last" }));
  await store.close();
  await writing;
  assert.equal(existsSync(`${file}-wal`), false, "the log is folded into the database");
  assert.equal(querySql(file, "select title from sessions")[0]?.["title"], "last");
  assert.throws(() => store.read((handle) => countSessions(handle)), AssertionError);
  await assert.rejects(
    store.transact((tx) => countSessions(tx)),
    AssertionError,
  );
});

test("opening a database of many sessions again takes no longer than an empty one", async (t) => {
  const { store, path: file } = await openSampleStore(t);
  await store.transact((tx) => {
    for (let number = 0; number < 2000; number += 1) insertSession(tx, { title: `session ${String(number)}` });
  });
  await store.close();
  const startMs = systemClock.nowMs();
  const again = await openStoreAt(t, file);
  assert.ok(systemClock.nowMs() - startMs < 500, "no check reads the whole file");
  assert.equal(titles(again.store).length, 2005);
});

test("a program that has the database alone is named, while opening waits for it and when that was in vain", async (t) => {
  const file = path.join(temporaryFolder(t), "crush.db");
  await (await Store.open(file)).close();
  const lock = await holdLock(t, file, "commit; pragma locking_mode = exclusive; begin immediate");
  const told: string[] = [];
  const opening = Store.open(file, { lockTimeoutMs: 1_500, onLocked: (holder) => told.push(holder) });
  const hasList = existsSync("/proc/locks");
  await assert.rejects(opening, {
    code: "database-locked",
    message: hasList ? /locked by process \d+ \(/u : /locked by/u,
  });
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", hasList ? /^process \d+ \(/u : /program/u);
  await lock.release();
});
