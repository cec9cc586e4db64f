import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import { openSampleStore, openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { changedFiles, listUnkeptChanges, listVersionedPaths, recordFileChange, recordUnkeptChange } from "./files.ts";
import type { FileContent } from "./files.ts";
import { insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";

const path = "/project/a.ts";

async function newSession(store: Store): Promise<SessionId> {
  return store.transact((tx) => insertSession(tx, { title: "Files" }).id);
}

function change(store: Store, sessionId: SessionId, contents: readonly [FileContent, FileContent]): Promise<boolean> {
  const [before, after] = contents;
  return store.transact((tx) => recordFileChange(tx, { sessionId, path, before, after }));
}

function versions(file: string): unknown[][] {
  return querySql(file, "select version, content from files order by rowid").map(Object.values);
}

function outcome(store: Store, sessionId: SessionId): (readonly [FileContent, FileContent])[] {
  return store.read((handle) => changedFiles(handle, sessionId)).map((each) => [each.before, each.after] as const);
}

test("the first change stores what was there as version 0, each change the next version", async (t) => {
  const { store, path: file, events } = await openTestStore(t);
  const sessionId = await newSession(store);
  await change(store, sessionId, ["one", "two"]);
  await change(store, sessionId, ["two", "three"]);
  assert.deepEqual(versions(file), [
    [0, "one"],
    [1, "two"],
    [2, "three"],
  ]);
  assert.deepEqual(outcome(store, sessionId), [["one", "three"]]);
  assert.deepEqual(events.at(-1), { type: "file-changed", sessionId, path });
});

test("a content that another hand left there is stored first", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const sessionId = await newSession(store);
  await change(store, sessionId, ["one", "two"]);
  await change(store, sessionId, ["two, edited", "three"]);
  assert.deepEqual(versions(file), [
    [0, "one"],
    [1, "two"],
    [2, "two, edited"],
    [3, "three"],
  ]);
});

test("versions are greater than those of the same path in any session", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const first = await newSession(store);
  const second = await newSession(store);
  await change(store, first, ["one", "two"]);
  await change(store, second, ["two", "three"]);
  await change(store, first, ["three", "four"]);
  assert.deepEqual(versions(file), [
    [0, "one"],
    [1, "two"],
    [0, "two"],
    [2, "three"],
    [3, "three"],
    [4, "four"],
  ]);
  assert.deepEqual(outcome(store, first), [["one", "four"]]);
  assert.deepEqual(outcome(store, second), [["two", "three"]]);
});

const lives: readonly (readonly [what: string, steps: (readonly [FileContent, FileContent])[], end: unknown[]])[] = [
  ["created", [[null, "new"]], [[null, "new"]]],
  ["created empty", [[null, ""]], [[null, ""]]],
  ["deleted", [["old", null]], [["old", null]]],
  ["emptied", [["old", ""]], [["old", ""]]],
  ["filled, having been empty", [["", "new"]], [["", "new"]]],
  [
    "created and deleted again",
    [
      [null, "new"],
      ["new", null],
    ],
    [],
  ],
  [
    "changed and changed back",
    [
      ["old", "new"],
      ["new", "old"],
    ],
    [],
  ],
  [
    "deleted and created again",
    [
      ["old", null],
      [null, "new"],
    ],
    [["old", "new"]],
  ],
  [
    "deleted, then created empty by another hand and filled",
    [
      ["old", null],
      ["", "new"],
    ],
    [["old", "new"]],
  ],
];

for (const [what, steps, end] of lives) {
  test(`a file that was ${what} is told as such`, async (t) => {
    const { store } = await openTestStore(t);
    const sessionId = await newSession(store);
    for (const step of steps) assert.equal(await change(store, sessionId, step), true);
    assert.deepEqual(outcome(store, sessionId), end);
  });
}

test("a file that did not exist has the empty text that Crush stores for it", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const sessionId = await newSession(store);
  await change(store, sessionId, [null, "new"]);
  await change(store, sessionId, ["new", null]);
  assert.deepEqual(versions(file), [
    [0, ""],
    [1, "new"],
    [2, ""],
  ]);
  assert.deepEqual(querySql(file, "select version, kind from x_file_mark order by version").map(Object.values), [
    [0, "absent"],
    [2, "absent"],
  ]);
});

test("no change stores nothing, nor does one of a session that is gone", async (t) => {
  const { store, path: file, events } = await openTestStore(t);
  const sessionId = await newSession(store);
  assert.equal(await change(store, sessionId, ["same", "same"]), false);
  assert.equal(await change(store, sessionId, [null, null]), false);
  runSql(file, "delete from sessions");
  assert.equal(await change(store, sessionId, ["a", "b"]), false);
  assert.equal(await store.transact((tx) => recordUnkeptChange(tx, { sessionId, path, reason: "too-many" })), false);
  assert.deepEqual(versions(file), []);
  assert.equal(events.length, 1);
});

test("changes whose content is not kept are listed by name, and go with their session", async (t) => {
  const { store, path: file } = await openTestStore(t);
  const sessionId = await newSession(store);
  await store.transact((tx) => {
    recordUnkeptChange(tx, { sessionId, path: "/project/z.bin", reason: "too-large" });
    recordUnkeptChange(tx, { sessionId, path: "/project/b.txt", reason: "too-many" });
    recordUnkeptChange(tx, { sessionId, path: "/project/z.bin", reason: "too-large" });
  });
  assert.deepEqual(
    store.read((handle) => listUnkeptChanges(handle, sessionId)),
    [
      { path: "/project/b.txt", reason: "too-many" },
      { path: "/project/z.bin", reason: "too-large" },
    ],
  );
  assert.deepEqual(outcome(store, sessionId), []);
  runSql(file, "pragma foreign_keys = on; delete from sessions");
  assert.deepEqual(querySql(file, "select path from x_file_mark"), []);
});

test("Crush's versions are read, its empty first version as a new file", async (t) => {
  const { store } = await openSampleStore(t);
  const sessionId = asSessionId("1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11");
  assert.deepEqual(
    store.read((handle) => changedFiles(handle, sessionId)),
    [
      { sessionId, path: "/w/new.go", before: null, after: "package p\n" },
      { sessionId, path: "/w/p.go", before: "package p\n", after: "package p\n// x\n" },
    ],
  );
  assert.deepEqual(
    store.read((handle) => listVersionedPaths(handle, sessionId)),
    ["/w/new.go", "/w/p.go"],
  );
});
