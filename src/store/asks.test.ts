import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { asToolCallId, newMessageId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import { deleteAsk, deleteAsks, insertAsk, listAsks, settleAsks } from "./asks.ts";
import { deleteSessionTree, insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";
import { burySession } from "./tombstones.ts";
import { claimTurn, moveTurn } from "./turns.ts";

interface Asking {
  readonly store: Store;
  readonly path: string;
  readonly sessionId: SessionId;
  readonly messageId: MessageId;
}

async function asking(t: TestContext): Promise<Asking> {
  const { store, path } = await openTestStore(t);
  const messageId = newMessageId();
  const { id: sessionId } = await store.transact((tx) => insertSession(tx, { title: "t" }));
  await store.transact((tx) => {
    const claim = claimTurn(tx, { sessionId, ownerId: "o", ownerName: "process 1", phase: "starting" });
    moveTurn(tx, claim, { phase: "calling", messageId });
    for (const id of ["one", "two"]) {
      insertAsk(tx, { id, sessionId, callId: asToolCallId(`call ${id}`), request: "{}" });
    }
  });
  return { store, path, sessionId, messageId };
}

test("questions belong to the step that asks, stand in the order of asking, and go one by one", async (t) => {
  const { store, sessionId, messageId } = await asking(t);
  const kept = store.read((tx) => listAsks(tx));
  assert.deepEqual(
    kept.map((ask) => [ask.id, ask.callId, ask.messageId, ask.settled]),
    [
      ["one", "call one", messageId, null],
      ["two", "call two", messageId, null],
    ],
  );
  await store.transact((tx) => {
    deleteAsk(tx, "one");
  });
  assert.deepEqual(
    store.read((tx) => listAsks(tx, sessionId)).map(({ id }) => id),
    ["two"],
  );
  await store.transact((tx) => {
    deleteAsks(tx, sessionId);
  });
  assert.deepEqual(
    store.read((tx) => listAsks(tx)),
    [],
  );
});

test("settled ones know the rows that stand for results; another version's words do no harm", async (t) => {
  const { store, path, sessionId } = await asking(t);
  const rows = [newMessageId(), newMessageId()];
  await store.transact((tx) => {
    settleAsks(tx, sessionId, rows);
  });
  assert.deepEqual(store.read((tx) => listAsks(tx, sessionId))[1]?.settled, rows);
  runSql(path, `update x_ask set settled = '{"rows":7}' where id = 'one'`);
  runSql(path, `update x_ask set settled = '[1,"a"]' where id = 'two'`);
  assert.deepEqual(
    store.read((tx) => listAsks(tx, sessionId)).map(({ settled }) => settled),
    [null, ["a"]],
  );
});

test("without a turn nothing is asked; a session that goes takes its questions along", async (t) => {
  const { store, path, sessionId } = await asking(t);
  const { id: other } = await store.transact((tx) => insertSession(tx, { title: "other" }));
  await store.transact((tx) => {
    insertAsk(tx, { id: "three", sessionId: other, callId: asToolCallId("c"), request: "{}" });
  });
  assert.equal(store.read((tx) => listAsks(tx)).length, 2);
  await store.transact((tx) => burySession(tx, sessionId, { isForgotten: false }));
  assert.deepEqual(
    store.read((tx) => [...listAsks(tx), ...listAsks(tx, sessionId)]),
    [],
  );
  await store.transact((tx) => deleteSessionTree(tx, sessionId));
  assert.deepEqual(querySql(path, "select id from x_ask"), []);
});
