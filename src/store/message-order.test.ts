import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import type { SessionId } from "../schema/ids.ts";
import { countSession, listStaleSums } from "./count-session.ts";
import { CheckedMessageOrder } from "./message-order.ts";
import { deleteMessage, insertMessage } from "./messages.ts";
import { putCounts } from "./session-sums.ts";
import { insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";

/** What is stored of the order; null where the rows would have to be gone through. */
function storedOrder(store: Store, sessionId: SessionId): boolean | null {
  return store.read((handle) => {
    let hasLooked = false;
    const reader = {
      get: handle.get.bind(handle),
      all: () => {
        hasLooked = true;
        return [];
      },
    };
    const isOrdered = new CheckedMessageOrder().isOrdered(reader, sessionId);
    return hasLooked ? null : isOrdered;
  });
}

async function refresh(store: Store): Promise<void> {
  for (const stale of store.read((handle) => listStaleSums(handle))) {
    await store.transact((tx) => putCounts(tx, countSession(tx, stale)));
  }
}

async function threeMessages(store: Store): Promise<SessionId> {
  const { id: sessionId } = await store.transact((tx) => insertSession(tx, { title: "Order" }));
  for (const text of ["a", "b", "c"]) {
    await store.transact((tx) => insertMessage(tx, { sessionId, role: "user", parts: [{ type: "text", text }] }));
  }
  return sessionId;
}

test("rows of ours are known to be in order, whatever is added and deleted", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await threeMessages(store);
  assert.equal(storedOrder(store, sessionId), true);
  const last = await store.transact((tx) => insertMessage(tx, { sessionId, role: "assistant", parts: [] }));
  await store.transact((tx) => deleteMessage(tx, last.id));
  assert.equal(storedOrder(store, sessionId), true);
  await store.transact((tx) => insertMessage(tx, { sessionId, role: "tool", parts: [], createdAt: 5 }));
  assert.equal(storedOrder(store, sessionId), false, "one that belongs before others");
});

test("another program's rows have to be looked at, once", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await threeMessages(store);
  const insert = (id: string, time: number | string): void => {
    runSql(
      path,
      `insert into messages (id, session_id, role, parts, created_at, updated_at)
       values ('${id}', '${sessionId}', 'user', '[]', ${String(time)}, 1)`,
    );
  };
  insert("later", 9_000_000_000);
  assert.equal(storedOrder(store, sessionId), null);
  await refresh(store);
  assert.equal(storedOrder(store, sessionId), true);
  insert("earlier", 1000);
  await refresh(store);
  assert.equal(storedOrder(store, sessionId), false);
  assert.deepEqual(
    store.read((handle) => listStaleSums(handle)),
    [],
  );
});

test("a newest row whose time is none, or was changed, decides nothing", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await threeMessages(store);
  runSql(path, "update messages set created_at = created_at + 7 where rowid = (select max(rowid) from messages)");
  assert.equal(storedOrder(store, sessionId), null);
  runSql(
    path,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('odd', '${sessionId}', 'user', '[]', 'never', 1)`,
  );
  await refresh(store);
  assert.equal(storedOrder(store, sessionId), null);
  assert.deepEqual(
    store.read((handle) => listStaleSums(handle)),
    [],
    "it is not tried again and again",
  );
});
