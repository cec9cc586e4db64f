/** What a turn keeps of its session between two requests must be what all rows, read anew, make of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { buildMessages } from "../../src/agent/build-messages.ts";
import type { HistoryOptions } from "../../src/agent/build-messages.ts";
import { TurnHistory } from "../../src/app/turn-history.ts";
import { asSessionId, asToolCallId } from "../../src/schema/ids.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { Part, Role } from "../../src/schema/message.ts";
import type { ModelMessage } from "../../src/schema/model-request.ts";
import type { ReadHandle } from "../../src/store/handle.ts";
import { messagesForRequest } from "../../src/store/message-pages.ts";
import { insertMessage } from "../../src/store/messages.ts";
import { insertSession } from "../../src/store/sessions.ts";
import type { Store } from "../../src/store/store.ts";
import { openTestStore, runSql } from "../harness/open-test-store.ts";
import { insertStoredSession, ownOrigin, storedSession } from "../harness/stored-rows.ts";

const options: HistoryOptions = {
  supportsImages: true,
  summaryMessageId: null,
  providerId: ownOrigin.provider,
  modelId: ownOrigin.model,
};

function fresh(store: Store, sessionId: SessionId): readonly ModelMessage[] {
  return store.read((tx) => buildMessages(messagesForRequest(tx, sessionId), options));
}

interface Place {
  readonly store: Store;
  readonly sessionId: SessionId;
}

function say(place: Place, role: Role, ...parts: readonly Part[]): Promise<unknown> {
  const { store, sessionId } = place;
  const origin = role === "assistant" ? ownOrigin : {};
  return store.transact((tx) => insertMessage(tx, { sessionId, role, parts, ...origin }));
}

const text = (words: string): Part => ({ type: "text", text: words });
const call = (id: string): Part => ({
  type: "tool_call",
  id: asToolCallId(id),
  name: "bash",
  input: "{}",
  providerExecuted: false,
  finished: true,
});
const result = (id: string): Part => ({
  type: "tool_result",
  toolCallId: asToolCallId(id),
  name: "bash",
  content: "done",
  data: "",
  mimeType: "",
  metadata: "",
  isError: false,
});

/** The handle, and how many messages were read through it. */
function counting(handle: ReadHandle): { readonly handle: ReadHandle; readonly count: () => number } {
  let count = 0;
  const all: ReadHandle["all"] = (sql, parameters) => {
    const rows = handle.all(sql, parameters);
    if (sql.includes("m.parts")) count += rows.length;
    return rows;
  };
  return { handle: { ...handle, all }, count: () => count };
}

async function newSession(store: Store): Promise<SessionId> {
  const session = await store.transact((tx) => insertSession(tx, { title: "kept" }));
  for (let turn = 0; turn < 20; turn += 1) {
    await say({ store, sessionId: session.id }, "user", text(`question ${String(turn)}`));
    await say({ store, sessionId: session.id }, "assistant", text(`answer ${String(turn)}`));
  }
  await say({ store, sessionId: session.id }, "user", text("go"));
  return session.id;
}

test("the next step reads the rows since, and an earlier request stays as it was", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  const history = new TurnHistory(sessionId);
  const first = store.read((tx) => history.messages(tx, options));
  const firstText = JSON.stringify(first);
  await say({ store, sessionId }, "assistant", call("a"), call("b"));
  await say({ store, sessionId }, "tool", result("a"));
  await say({ store, sessionId }, "tool", result("b"));
  const read = store.read((tx) => {
    const counted = counting(tx);
    return { messages: history.messages(counted.handle, options), count: counted.count() };
  });
  assert.equal(read.count, 3);
  assert.deepEqual(read.messages, fresh(store, sessionId));
  assert.equal(JSON.stringify(first), firstText);
});

test("another model is asked with ids that it takes, one that is kept or not", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  await say({ store, sessionId }, "assistant", call("functions.bash:0"));
  await say({ store, sessionId }, "tool", result("functions.bash:0"));
  const history = new TurnHistory(sessionId);
  const asked = (modelId: string): string =>
    JSON.stringify(store.read((tx) => history.messages(tx, { ...options, modelId })));
  assert.ok(asked(ownOrigin.model).includes("functions.bash:0"));
  assert.ok(!asked("another").includes("functions.bash:0"));
});

test("what another program changes, adds or deletes is in the next request", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await newSession(store);
  const history = new TurnHistory(sessionId);
  const next = (): string => JSON.stringify(store.read((tx) => history.messages(tx, options)));
  assert.ok(next().includes("answer 3"));
  runSql(path, `update messages set parts = replace(parts, 'answer 3', 'ANSWER 3') where session_id = '${sessionId}'`);
  await say({ store, sessionId }, "assistant", text("mine"));
  assert.ok(next().includes("ANSWER 3"));
  runSql(path, `delete from messages where parts like '%question 5%'`);
  assert.ok(!next().includes("question 5"));
  runSql(path, `delete from messages where rowid = (select max(rowid) from messages)`);
  assert.equal(next(), JSON.stringify(fresh(store, sessionId)));
});

test("whatever rows there were, and whatever the turn adds", async (t) => {
  const { store, path } = await openTestStore(t);
  const added = fc.array(
    fc.constantFrom(
      ["user", text("steer")] as const,
      ["assistant", text("words")] as const,
      ["assistant", call("call_1")] as const,
      ["tool", result("call_1")] as const,
    ),
    { maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(storedSession, fc.array(added, { maxLength: 4 }), async (session, steps) => {
      const sessionId = asSessionId(insertStoredSession(path, session));
      const history = new TurnHistory(sessionId);
      for (const step of [[], ...steps]) {
        for (const [role, part] of step) await say({ store, sessionId }, role, part);
        assert.deepEqual(
          store.read((tx) => history.messages(tx, options)),
          fresh(store, sessionId),
        );
      }
    }),
    { numRuns: 100 },
  );
});
