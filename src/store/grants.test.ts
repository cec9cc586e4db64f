import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Grant } from "../schema/permission.ts";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { deleteGrant, insertGrant, listGrants } from "./grants.ts";
import { insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";

function grant(id: string, sessionId: SessionId | null, pattern = "npm test"): Grant {
  const scope = sessionId === null ? "project" : "session";
  return { id, scope, sessionId, tool: "bash", action: "execute", pattern, createdAtMs: 1_766_400_000_123 };
}

const holds = (): boolean => true;

async function newSession(store: Store): Promise<SessionId> {
  return store.transact((tx) => insertSession(tx, { title: "Grants" }).id);
}

function ids(store: Store, sessionId: SessionId): string[] {
  return store.read((handle) => listGrants(handle, sessionId)).map((each) => each.id);
}

test("a session has its own grants and the project's, another session only the latter", async (t) => {
  const { store, events } = await openTestStore(t);
  const sessionId = await newSession(store);
  const other = await newSession(store);
  const own = grant("own", sessionId);
  await store.transact((tx) => insertGrant(tx, grant("shared", null, "/project"), holds));
  await store.transact((tx) => insertGrant(tx, own, holds));
  assert.deepEqual(ids(store, sessionId), ["own", "shared"]);
  assert.deepEqual(ids(store, other), ["shared"]);
  assert.deepEqual(store.read((handle) => listGrants(handle, sessionId))[0], own);
  assert.deepEqual(events.slice(-2), [
    { type: "grants-changed", sessionId: null },
    { type: "grants-changed", sessionId },
  ]);
});

test("the same permission is kept once", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  const results = await store.transact((tx) => [
    insertGrant(tx, grant("a", sessionId), holds),
    insertGrant(tx, grant("b", sessionId), holds),
    insertGrant(tx, grant("c", null), holds),
    insertGrant(tx, grant("d", null), holds),
  ]);
  assert.deepEqual(results, [true, false, true, false]);
  assert.deepEqual(ids(store, sessionId), ["a", "c"]);
});

test("one that does not hold, such as another project's, keeps none away", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  await store.transact((tx) => insertGrant(tx, grant("foreign", null), holds));
  assert.equal(await store.transact((tx) => insertGrant(tx, grant("own", null), ({ id }) => id !== "foreign")), true);
  assert.deepEqual(ids(store, sessionId), ["foreign", "own"]);
});

test("grants are revoked one by one, and go with their session", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await newSession(store);
  await store.transact((tx) => insertGrant(tx, grant("a", sessionId, "a"), holds));
  await store.transact((tx) => insertGrant(tx, grant("b", sessionId, "b"), holds));
  await store.transact((tx) => insertGrant(tx, grant("c", null), holds));
  assert.equal(await store.transact((tx) => deleteGrant(tx, "a")), true);
  assert.equal(await store.transact((tx) => deleteGrant(tx, "a")), false);
  assert.deepEqual(ids(store, sessionId), ["b", "c"]);
  runSql(path, "pragma foreign_keys = on; delete from sessions");
  assert.deepEqual(ids(store, sessionId), ["c"]);
  assert.equal(await store.transact((tx) => insertGrant(tx, grant("e", asSessionId("gone")), holds)), false);
});
