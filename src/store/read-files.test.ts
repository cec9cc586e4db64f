import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import { openSampleStore, openTestStore, querySql, runSql, SettableClock } from "../../test/harness/open-test-store.ts";
import { findFileRead, listReadPaths, recordFileRead } from "./read-files.ts";
import type { ReadFact } from "./read-files.ts";
import { insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";

const startDirectory = "/project/src";
const fact = { sizeBytes: 12, modifiedNs: "1766400000123456789", hash: "ab12" };

async function newSession(store: Store): Promise<SessionId> {
  return store.transact((tx) => insertSession(tx, { title: "Reads" }).id);
}

function find(store: Store, sessionId: SessionId, path: string): ReadFact | undefined {
  return store.read((handle) => findFileRead(handle, { sessionId, path, directories: [startDirectory, "/project"] }));
}

test("a read is kept relative for Crush and exact for ourselves", async (t) => {
  const clock = new SettableClock(1_766_400_000_500);
  const { store, path: file } = await openTestStore(t, { clock });
  const sessionId = await newSession(store);
  for (const path of ["/project/src/a.ts", "/project/README.md"]) {
    await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact }));
  }
  assert.deepEqual(querySql(file, "select path, read_at from read_files order by rowid").map(Object.values), [
    ["a.ts", 1_766_400_000],
    ["../README.md", 1_766_400_000],
  ]);
  assert.deepEqual(find(store, sessionId, "/project/README.md"), { ...fact, readAt: 1_766_400_000 });
  assert.equal(find(store, sessionId, "/project/other.md"), undefined);
});

test("a later read replaces the earlier one", async (t) => {
  const clock = new SettableClock(1_000_000);
  const { store, path: file } = await openTestStore(t, { clock });
  const sessionId = await newSession(store);
  const path = "/project/src/a.ts";
  await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact }));
  clock.advance(9000);
  const newer = { ...fact, sizeBytes: 13 };
  await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact: newer }));
  assert.deepEqual(find(store, sessionId, path), { ...newer, readAt: 1009 });
  assert.equal(querySql(file, "select read_at from read_files").length, 1);
});

test("a read of Crush's is found under the start directory, the project's root and its absolute path", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const sessionId = await newSession(store);
  runSql(
    file,
    `insert into read_files (session_id, path, read_at) values
     ('${sessionId}', '../docs/a.md', 10), ('${sessionId}', 'lib/b.ts', 20), ('${sessionId}', '/etc/hosts', 30)`,
  );
  const known = { sizeBytes: 0, modifiedNs: "0", hash: "" };
  assert.deepEqual(find(store, sessionId, "/project/docs/a.md"), { ...known, readAt: 10 });
  assert.deepEqual(find(store, sessionId, "/project/lib/b.ts"), { ...known, readAt: 20 });
  assert.deepEqual(find(store, sessionId, "/etc/hosts"), { ...known, readAt: 30 });
});

test("a read that Crush made after ours wins, its state unknown", async (t) => {
  const { store, path: file } = await openTestStore(t, { clock: new SettableClock(1_000_000) });
  const sessionId = await newSession(store);
  const path = "/project/src/a.ts";
  await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact }));
  runSql(file, "update read_files set read_at = 2000");
  assert.deepEqual(find(store, sessionId, path), { sizeBytes: 0, modifiedNs: "0", hash: "", readAt: 2000 });
});

test("reads belong to their session", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const sessionId = await newSession(store);
  const other = await newSession(store);
  const path = "/project/src/a.ts";
  await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact }));
  assert.equal(find(store, other, path), undefined);
  runSql(file, `pragma foreign_keys = on; delete from sessions where id = '${sessionId}'`);
  assert.deepEqual(querySql(file, "select path from x_file_fact"), []);
  assert.equal(await store.transact((tx) => recordFileRead(tx, { sessionId, path, startDirectory, fact })), false);
});

test("the paths that a session has read are absolute, ours and Crush's together", async (t) => {
  const { store } = await openSampleStore(t);
  const sessionId = asSessionId("1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11");
  await store.transact((tx) => recordFileRead(tx, { sessionId, path: "/project/src/p.go", startDirectory, fact }));
  assert.deepEqual(
    store.read((handle) => listReadPaths(handle, sessionId, startDirectory)),
    ["/project/shared/x.md", "/project/src/p.go"],
  );
});
