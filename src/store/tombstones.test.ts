import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import type { TestStore } from "../../test/harness/open-test-store.ts";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import { insertMessage, updateMessage } from "./messages.ts";
import { changeSessionFacts, setTitle } from "./session-facts.ts";
import {
  addSessionUsage,
  countSessions,
  findSessionsByPrefix,
  getSession,
  lastSession,
  listChildSessions,
  listDescendants,
  listSessions,
  listSessionsWithoutMessages,
  missingSessions,
  setSummaryMessage,
  setTodos,
} from "./sessions.ts";
import { countQueuedOf, getQueued, insertQueued, listQueue, listQueueMarks, type StoredPrompt } from "./queue.ts";
import { addTags } from "./session-tags.ts";
import { setSessionLimit } from "./budgets.ts";
import { burySession, leftToRemove } from "./tombstones.ts";
import { claimTurn, requireTurn } from "./turns.ts";
import { putUnseenEnd } from "./unseen-ends.ts";
import { sumsBySession } from "./usage-ledger.ts";

/** `a` with a child, a grandchild, an old title row; and `b`. */
async function openFamily(t: TestContext): Promise<TestStore> {
  const opened = await openTestStore(t);
  runSql(
    opened.path,
    `insert into sessions (id, parent_session_id, title, created_at, updated_at) values
       ('a', null, 'A', 1, 1), ('title-a', 'a', 'T', 1, 1), ('m$$c', 'a', 'Child', 1, 1), ('deep', 'm$$c', 'Deep', 1, 1),
       ('b', null, 'B', 1, 1);
     insert into messages (id, session_id, role, parts, created_at, updated_at) values
       ('a1', 'a', 'user', '[{"type":"text","data":{"text":"of a"}}]', 1, 1),
       ('b1', 'b', 'user', '[{"type":"text","data":{"text":"of b"}}]', 1, 1);
     update sessions set updated_at = 5 where id = 'b'`,
  );
  return opened;
}

const [a, b, child, deep] = ["a", "b", "m$$c", "deep"].map(asSessionId) as [
  ReturnType<typeof asSessionId>,
  ReturnType<typeof asSessionId>,
  ReturnType<typeof asSessionId>,
  ReturnType<typeof asSessionId>,
];

test("a buried session and all below it are hidden from everybody, and their rows are still there", async (t) => {
  const { store, events, path } = await openFamily(t);
  const ids = await store.transact((tx) => burySession(tx, a, { isForgotten: false }));
  assert.deepEqual(ids.toSorted(), ["a", "deep", "m$$c", "title-a"]);
  assert.deepEqual(
    events.map((event) => [event.type, "sessionId" in event ? event.sessionId : null]),
    ids.map((id) => ["session-deleted", id]),
  );
  assert.equal(ids[0], "a");
  store.read((tx) => {
    assert.deepEqual(
      [a, child, deep].map((id) => getSession(tx, id)),
      [null, null, null],
    );
    assert.deepEqual(
      listSessions(tx).map(({ id }) => id),
      ["b"],
    );
    assert.equal(lastSession(tx)?.id, "b");
    assert.equal(countSessions(tx), 1);
    assert.deepEqual(listSessionsWithoutMessages(tx), []);
    assert.deepEqual(listChildSessions(tx, a), []);
    assert.deepEqual(listDescendants(tx, a), []);
    assert.deepEqual(
      ["a", "m$$", "deep"].flatMap((text) => findSessionsByPrefix(tx, text, () => "0")),
      [],
    );
    assert.deepEqual(
      sumsBySession(tx).map(({ sessionId }) => sessionId),
      ["b"],
    );
    assert.deepEqual(missingSessions(tx, [a, b, deep]), [a, deep]);
    assert.deepEqual(leftToRemove(tx), { sessions: 4, inLog: 0 });
  });
  assert.equal(querySql(path, "select id from sessions").length, 5);
  assert.deepEqual(await store.transact((tx) => burySession(tx, a, { isForgotten: false })), []);
});

const waiting: StoredPrompt = {
  id: "q",
  sessionId: a,
  kind: "follow-up",
  text: "later",
  attachments: [],
  ownerId: "o",
  waiterId: "o",
  waiterName: "o",
  version: 1,
};

test("what waits in a buried session is nobody's to run, and nothing is put to it", async (t) => {
  const { store, path } = await openFamily(t);
  await store.transact((tx) => {
    assert.ok(insertQueued(tx, waiting));
    burySession(tx, a, { isForgotten: false });
  });
  await store.transact((tx) => {
    assert.deepEqual(listQueue(tx, a), []);
    assert.equal(getQueued(tx, "q"), null);
    assert.equal(listQueueMarks(tx).size, 0);
    assert.equal(countQueuedOf(tx, "o"), 0);
    assert.equal(insertQueued(tx, { ...waiting, id: "again" }), false);
    assert.equal(addTags(tx, a, ["again"]), false);
    assert.equal(setSessionLimit(tx, a, 1), false);
    putUnseenEnd(tx, a, "failed");
  });
  assert.deepEqual(querySql(path, "select id from x_queue"), [{ id: "q" }]);
  assert.deepEqual(
    querySql(path, "select 1 from x_session_tag union all select 1 from x_budget union all select 1 from x_unseen_end"),
    [],
  );
});

test("nothing can be written to a buried session, and a turn in it has lost its place", async (t) => {
  const { store, path } = await openFamily(t);
  const claim = await store.transact((tx) =>
    claimTurn(tx, { sessionId: a, ownerId: "o", ownerName: "o", phase: "starting" }),
  );
  await store.transact((tx) => burySession(tx, a, { isForgotten: false }));
  const before = querySql(path, "select * from sessions order by id");
  await store.transact((tx) => {
    assert.throws(() => requireTurn(tx, claim), { code: "session-not-found" });
    assert.throws(() => claimTurn(tx, { sessionId: a, ownerId: "p", ownerName: "p", phase: "starting" }), {
      code: "session-not-found",
    });
    assert.throws(() => insertMessage(tx, { sessionId: a, role: "user", parts: [] }), { code: "session-not-found" });
    assert.equal(setTitle(tx, a, { text: "again", source: "person" }), false);
    assert.equal(changeSessionFacts(tx, a, { draft: "again" }), false);
    assert.equal(setTodos(tx, a, []), false);
    assert.equal(setSummaryMessage(tx, a, asMessageId("a1")), false);
    assert.equal(addSessionUsage(tx, a, { costUsd: 1 }), false);
    assert.equal(updateMessage(tx, asMessageId("gone"), { parts: [] }), null);
  });
  assert.deepEqual(querySql(path, "select * from sessions order by id"), before);
});
