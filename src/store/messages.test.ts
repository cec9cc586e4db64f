import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../lib/app-error.ts";
import { AssertionError } from "../lib/assert.ts";
import { asMessageId, asSessionId, newSessionId } from "../schema/ids.ts";
import type { Message, Part } from "../schema/message.ts";
import { openSampleStore, openTestStore, querySql, runSql, SettableClock } from "../../test/harness/open-test-store.ts";
import { encodeParts } from "./encode-parts.ts";
import { listMessages } from "./message-pages.ts";
import { deleteMessage, getMessage, insertMessage, updateMessage } from "./messages.ts";
import { getSession, insertSession } from "./sessions.ts";

const text = (words: string): Part => ({ type: "text", text: words });

test("each row of Crush's is read, and written back as it was but for the escaping of JSON", async (t) => {
  const { store, path } = await openSampleStore(t);
  const rows = querySql(path, "select id, session_id, parts from messages");
  assert.ok(rows.length >= 30, "the sample is there");
  for (const row of rows) {
    const message = store.read((handle) => getMessage(handle, asMessageId(String(row["id"]))));
    assert.ok(message !== null);
    assert.equal(message.unreadable, null);
    assert.equal(encodeParts(message.parts), JSON.stringify(JSON.parse(String(row["parts"]))));
  }
});

test("a new row has the columns and the finish part that Crush gives it", async (t) => {
  const { store, path, events } = await openTestStore(t, { clock: new SettableClock(1_766_400_000_900) });
  const message = await store.transact((tx) => {
    const session = insertSession(tx, { title: "One" });
    insertMessage(tx, { sessionId: session.id, role: "user", parts: [text("a <b> & c")] });
    return insertMessage(tx, {
      sessionId: session.id,
      role: "assistant",
      parts: [],
      model: "claude-sonnet-4-6",
      provider: "anthropic",
    });
  });
  assert.deepEqual(
    querySql(path, "select role, parts, model, provider, created_at, finished_at, is_summary_message from messages"),
    [
      {
        role: "user",
        parts: '[{"type":"text","data":{"text":"a <b> & c"}},{"type":"finish","data":{"reason":"stop","time":0}}]',
        model: "",
        provider: null,
        created_at: 1_766_400_000,
        finished_at: null,
        is_summary_message: 0,
      },
      {
        role: "assistant",
        parts: "[]",
        model: "claude-sonnet-4-6",
        provider: "anthropic",
        created_at: 1_766_400_000,
        finished_at: null,
        is_summary_message: 0,
      },
    ],
  );
  assert.deepEqual(
    events.map((event) => event.type),
    ["session-created", "message-created", "message-created"],
  );
  assert.equal(store.read((handle) => getSession(handle, message.sessionId))?.messageCount, 2);
});

test("a row's time is never before the last row's, whatever the clock says", async (t) => {
  const clock = new SettableClock(2_000_000);
  const { store } = await openTestStore(t, { clock });
  const session = await store.transact((tx) => insertSession(tx, { title: "One" }));
  const add = (words: string): Promise<Message> =>
    store.transact((tx) => insertMessage(tx, { sessionId: session.id, role: "user", parts: [text(words)] }));
  await add("first");
  clock.advance(-500_000);
  assert.equal((await add("second")).createdAt, 2000);
  clock.advance(1_000_000);
  assert.equal((await add("third")).createdAt, 2500);
});

test("an update sets the parts and, from the finish part, finished_at", async (t) => {
  const { store, events } = await openTestStore(t);
  const message = await store.transact((tx) => {
    const session = insertSession(tx, { title: "One" });
    return insertMessage(tx, { sessionId: session.id, role: "assistant", parts: [], model: "m", provider: "p" });
  });
  const updated = await store.transact((tx) =>
    updateMessage(tx, message.id, { parts: [text("Hi"), { type: "finish", reason: "end_turn", time: 1_766_400_005 }] }),
  );
  assert.equal(updated?.finishedAt, 1_766_400_005);
  assert.equal(updated?.model, "m");
  assert.deepEqual(events.at(-1), { type: "message-updated", sessionId: message.sessionId, message: updated });
});

test("a message whose row another program deleted is not made again", async (t) => {
  const { store, path, events } = await openTestStore(t);
  const message = await store.transact((tx) => {
    const session = insertSession(tx, { title: "One" });
    return insertMessage(tx, { sessionId: session.id, role: "assistant", parts: [] });
  });
  runSql(path, "pragma foreign_keys = on; delete from sessions");
  assert.equal(await store.transact((tx) => updateMessage(tx, message.id, { parts: [text("late")] })), null);
  assert.equal(await store.transact((tx) => deleteMessage(tx, message.id)), false);
  await assert.rejects(
    store.transact((tx) => insertMessage(tx, { sessionId: message.sessionId, role: "tool", parts: [] })),
    (error) => error instanceof AppError && error.code === "session-not-found",
  );
  assert.deepEqual(querySql(path, "select id from messages"), []);
  assert.equal(events.length, 2, "only the two inserts were announced");
});

test("a part whose type is a word of the language is one of an unknown type", async (t) => {
  const { store, path } = await openTestStore(t);
  const session = await store.transact((tx) => insertSession(tx, { title: "One" }));
  const types = ["constructor", "toString", "__proto__", "hasOwnProperty"];
  const parts = `[${types.map((type) => `{"type":"${type}","data":{}}`).join(",")}]`;
  runSql(
    path,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('m1', '${session.id}', 'assistant', '${parts}', 1, 1)`,
  );
  const message = store.read((handle) => getMessage(handle, asMessageId("m1")));
  assert.deepEqual(
    message?.parts.map((part) => (part.type === "unknown" ? part.originalType : part)),
    types,
  );
});

test("a part of an unknown type survives a rewrite of its row, at its place", async (t) => {
  const { store, path } = await openTestStore(t);
  const session = await store.transact((tx) => insertSession(tx, { title: "One" }));
  const foreign = '{"type":"hologram","data":{"beam":[1,2,{"x":null}]},"extra":true}';
  runSql(
    path,
    `insert into messages (id, session_id, role, parts, created_at, updated_at) values ('m1', '${session.id}',
     'assistant', '[{"type":"text","data":{"text":"a","more":1}}, ${foreign} ,{"type":"finish","data":{"reason":"end_turn","time":5.7}}]', 1, 1)`,
  );
  const message = store.read((handle) => getMessage(handle, asMessageId("m1")));
  assert.deepEqual(
    message?.parts.map((part) => (part.type === "unknown" ? part.originalType : part.type)),
    ["text", "hologram", "finish"],
  );
  await store.transact((tx) => updateMessage(tx, asMessageId("m1"), { parts: message?.parts ?? [] }));
  assert.equal(
    querySql(path, "select parts from messages")[0]?.["parts"],
    `[{"type":"text","data":{"text":"a"}},${foreign},{"type":"finish","data":{"reason":"end_turn","time":5}}]`,
  );
});

const unreadableParts: readonly (readonly [parts: string, reason: RegExp])[] = [
  ["", /not valid JSON/u],
  ["[{]", /not valid JSON/u],
  ['{"type":"text"}', /not a list/u],
  ["[5]", /part 1 has no type/u],
  ['[{"type":"text","data":{"text":"a"}},{"type":"text","data":{"text":5}}]', /part 2 \(text\)\.text is not text/u],
  ['[{"type":"finish","data":{"reason":"end_turn","time":"now"}}]', /time is not a number/u],
  ['[{"type":"tool_call","data":[]}]', /is not an object/u],
];

for (const [parts, reason] of unreadableParts) {
  test(`a row with the parts ${parts || "''"} is shown as unreadable, and the rest of the session as ever`, async (t) => {
    const { store, path } = await openTestStore(t);
    const session = await store.transact((tx) => insertSession(tx, { title: "One" }));
    await store.transact((tx) => insertMessage(tx, { sessionId: session.id, role: "user", parts: [text("before")] }));
    runSql(
      path,
      `insert into messages (id, session_id, role, parts, created_at, updated_at)
       values ('bad', '${session.id}', 'assistant', '${parts}', 1, 1)`,
    );
    const messages = store.read((handle) => listMessages(handle, session.id));
    const bad = messages.find((message) => message.id === "bad");
    assert.match(bad?.unreadable ?? "", reason);
    assert.deepEqual(bad?.parts, []);
    assert.equal(messages.length, 2);
  });
}

test("parts that lack fields, or hold null for them, are read as empty ones", async (t) => {
  const { store, path } = await openTestStore(t);
  const session = await store.transact((tx) => insertSession(tx, { title: "One" }));
  runSql(
    path,
    `insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
       ('m1', '${session.id}', 'assistant', '[{"type":"tool_call","data":{"id":"c","input":null}},{"type":"text"}]', null, 1, 1),
       ('m2', '${session.id}', 'assistant', 'null', null, 1, 1),
       ('m3', '${session.id}', 'oracle', '[]', null, 1, 1)`,
  );
  const [first, second, third] = store.read((handle) => listMessages(handle, session.id));
  assert.deepEqual(first?.parts, [
    { type: "tool_call", id: "c", name: "", input: "", providerExecuted: false, finished: false },
    { type: "text", text: "" },
  ]);
  assert.equal(first.model, "");
  assert.deepEqual(second?.parts, []);
  assert.equal(second.unreadable, null);
  assert.match(third?.unreadable ?? "", /its role is "oracle"/u);
});

const badParts: readonly (readonly [what: string, parts: readonly Part[]])[] = [
  ["two texts", [text("a"), text("b")]],
  ["a finish part before the last", [{ type: "finish", reason: "end_turn", time: 1 }, text("a")]],
  ["a fraction of a second", [{ type: "finish", reason: "end_turn", time: 1.5 }]],
  ["data that is not base64", [{ type: "binary", path: "a", mimeType: "image/png", data: "a-b_" }]],
  ["base64 without padding", [{ type: "binary", path: "a", mimeType: "image/png", data: "YQ" }]],
  [
    "two reasoning parts",
    Array.from({ length: 2 }, () => ({
      type: "reasoning" as const,
      thinking: "",
      signature: "",
      thoughtSignature: "",
      toolId: "",
      responsesData: null,
    })),
  ],
];

for (const [what, parts] of badParts) {
  test(`the writer refuses ${what}`, () => {
    assert.throws(() => encodeParts(parts), AssertionError);
  });
}

test("exact blocks come back until another program changes the parts", async (t) => {
  const { store, path } = await openTestStore(t);
  const blocks = [
    { kind: "text", text: "a" },
    { kind: "reasoning", text: "b", metadata: { anthropic: { signature: "s" } } },
    { kind: "text", text: "c" },
  ] as const;
  const message = await store.transact((tx) => {
    const session = insertSession(tx, { title: "One" });
    return insertMessage(tx, {
      sessionId: session.id,
      role: "assistant",
      parts: [text("a\n\nc")],
      exactBlocks: blocks,
    });
  });
  assert.deepEqual(message.exactBlocks, blocks);
  const changed = await store.transact((tx) =>
    updateMessage(tx, message.id, { parts: [text("a")], exactBlocks: blocks }),
  );
  assert.deepEqual(changed?.exactBlocks, blocks);
  runSql(path, `update messages set parts = '[{"type":"text","data":{"text":"changed"}}]'`);
  assert.equal(store.read((handle) => getMessage(handle, message.id))?.exactBlocks, null);
  runSql(path, "pragma foreign_keys = on; delete from messages");
  assert.deepEqual(querySql(path, "select message_id from x_message"), []);
});

test("adding and deleting a message counts and touches its session, updating one does not", async (t) => {
  const { store } = await openSampleStore(t);
  const id = asSessionId("7f150524-34b9-45df-9e77-69b10f4205b4");
  const session = (): { readonly count: number; readonly isTouched: boolean } => {
    const row = store.read((handle) => getSession(handle, id));
    return { count: row?.messageCount ?? 0, isTouched: row?.updatedAt !== 1_766_401_023 };
  };
  const last = asMessageId("13deef86-ab10-41d0-b646-e1f40a097c97");
  const updated = await store.transact((tx) => updateMessage(tx, last, { parts: [text("New words.")] }));
  assert.ok(updated !== null && updated.updatedAt > updated.createdAt);
  assert.equal(updated.finishedAt, null);
  assert.deepEqual(session(), { count: 11, isTouched: false });
  assert.equal(await store.transact((tx) => deleteMessage(tx, last)), true);
  assert.deepEqual(session(), { count: 10, isTouched: true });
  await store.transact((tx) => insertMessage(tx, { sessionId: id, role: "user", parts: [text("again")] }));
  assert.deepEqual(session(), { count: 11, isTouched: true });
});

test("texts with NUL, lone surrogates and control sequences come back", async (t) => {
  const { store } = await openTestStore(t);
  const words = "a\0b \ud800 \u001b[31m \u2028 👩‍👩‍👧 ```\r\n";
  const session = await store.transact((tx) => insertSession(tx, { title: "One" }));
  const { id } = await store.transact((tx) =>
    insertMessage(tx, { sessionId: session.id, role: "user", parts: [text(words)] }),
  );
  assert.deepEqual(store.read((handle) => getMessage(handle, id))?.parts[0], text(words));
});

test("a message of no session that exists is not found", async (t) => {
  const { store } = await openTestStore(t);
  assert.equal(
    store.read((handle) => getMessage(handle, asMessageId("none"))),
    null,
  );
  await assert.rejects(
    store.transact((tx) => insertMessage(tx, { sessionId: newSessionId(), role: "user", parts: [] })),
    /session is gone/u,
  );
  assert.deepEqual(
    store.read((handle) => listMessages(handle, asSessionId("none"))),
    [],
  );
});
