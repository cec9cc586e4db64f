import assert from "node:assert/strict";
import { test } from "node:test";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import { openSampleStore, openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import {
  lastAddedMessageId,
  lastAssistantMessage,
  listMessages,
  messagesAround,
  messagesForRequest,
  pageOfMessages,
  userPrompts,
} from "./message-pages.ts";
import { deleteMessage, insertMessage } from "./messages.ts";
import { insertSession, setSummaryMessage } from "./sessions.ts";
import type { Store } from "./store.ts";

const summarised = asSessionId("ca02135e-92b1-43f2-8ede-0d7ac3baea9e");

function textOf(message: Pick<Message, "parts">): string {
  return message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join();
}

/** All pages of a session, from the newest back, put together again. */
function readByPages(store: Store, sessionId: SessionId, limit: number): string[] {
  const texts: string[] = [];
  let before: number | undefined;
  for (;;) {
    const page = store.read((handle) =>
      pageOfMessages(handle, { sessionId, limit, ...(before === undefined ? {} : { before }) }),
    );
    assert.ok(page.messages.length <= limit);
    texts.unshift(...page.messages.map(textOf));
    if (page.olderCursor === null) return texts;
    before = page.olderCursor;
  }
}

async function sessionOf(store: Store, texts: readonly string[]): Promise<SessionId> {
  return store.transact((tx) => {
    const { id } = insertSession(tx, { title: "Pages" });
    for (const text of texts) insertMessage(tx, { sessionId: id, role: "user", parts: [{ type: "text", text }] });
    return id;
  });
}

for (const limit of [1, 3, 9, 10, 100]) {
  test(`pages of ${String(limit)} give every message once, in order`, async (t) => {
    const { store } = await openTestStore(t);
    const texts = Array.from({ length: 10 }, (_, number) => String(number));
    await sessionOf(store, ["of another session"]);
    const sessionId = await sessionOf(store, texts);
    assert.deepEqual(readByPages(store, sessionId, limit), texts);
  });
}

test("where another program broke the order of the rows, pages are sorted by time, ties by rowid", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await sessionOf(store, ["now 1", "now 2"]);
  assert.deepEqual(readByPages(store, sessionId, 1), ["now 1", "now 2"]);
  runSql(
    path,
    ["past 1", "past 2"]
      .map(
        (text) =>
          `insert into messages (id, session_id, role, parts, created_at, updated_at) values
           ('${text}', '${sessionId}', 'user', '[{"type":"text","data":{"text":"${text}"}}]', 1000, 1000)`,
      )
      .join(";"),
  );
  const expected = ["past 1", "past 2", "now 1", "now 2"];
  for (const limit of [1, 2, 3, 10]) assert.deepEqual(readByPages(store, sessionId, limit), expected);
  assert.deepEqual(store.read((handle) => listMessages(handle, sessionId)).map(textOf), expected);
  assert.equal(
    store.read((handle) => lastAddedMessageId(handle, sessionId)),
    "past 2",
  );
  const added = await store.transact((tx) =>
    insertMessage(tx, { sessionId, role: "user", parts: [{ type: "text", text: "last" }] }),
  );
  assert.deepEqual(readByPages(store, sessionId, 2), [...expected, "last"]);
  assert.equal(
    store.read((handle) => lastAddedMessageId(handle, sessionId)),
    added.id,
  );
});

test("rows that appear, vanish and reuse rowids never confuse the order", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await sessionOf(store, ["a", "b", "c"]);
  const last = store.read((handle) => pageOfMessages(handle, { sessionId, limit: 1 })).messages[0];
  assert.ok(last !== undefined);
  await store.transact((tx) => deleteMessage(tx, last.id));
  runSql(
    path,
    `insert into messages (id, session_id, role, parts, created_at, updated_at) values
     ('past', '${sessionId}', 'user', '[{"type":"text","data":{"text":"past"}}]', 5, 5)`,
  );
  assert.deepEqual(readByPages(store, sessionId, 2), ["past", "a", "b"]);
});

test("a request starts at the summary row", async (t) => {
  const { store } = await openSampleStore(t);
  const messages = store.read((handle) => [...messagesForRequest(handle, summarised)]);
  assert.deepEqual(messages.map(textOf), [
    "## Current State\nThree steps done.",
    "and now?",
    "Going on from the summary.",
  ]);
  assert.equal(messages[0]?.isSummary, true);
  assert.equal(store.read((handle) => listMessages(handle, summarised)).length, 9, "the older rows are still shown");
});

test("a summary that is gone, or of another session, means the whole history", async (t) => {
  const { store, path } = await openSampleStore(t);
  const all = store.read((handle) => listMessages(handle, summarised));
  const other = querySql(path, "select id from messages where session_id like '7f15%' limit 1")[0]?.["id"];
  for (const id of ["gone", String(other)]) {
    runSql(path, `update sessions set summary_message_id = '${id}' where id = '${summarised}'`);
    assert.deepEqual(
      store.read((handle) => [...messagesForRequest(handle, summarised)]).map((message) => [message.id, message.parts]),
      all.map((message) => [message.id, message.parts]),
    );
  }
});

test("a request starts at the summary row also where the order of the rows is broken", async (t) => {
  const { store, path } = await openSampleStore(t);
  runSql(
    path,
    `insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('odd', '${summarised}', 'user', '[{"type":"text","data":{"text":"odd"}}]', 1766402041, 1)`,
  );
  const messages = store.read((handle) => [...messagesForRequest(handle, summarised)]);
  assert.deepEqual(messages.map(textOf), [
    "## Current State\nThree steps done.",
    "odd",
    "and now?",
    "Going on from the summary.",
  ]);
});

test("a new summary moves the start of the next request", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await sessionOf(store, ["a", "b"]);
  await store.transact((tx) => {
    const summary = insertMessage(tx, {
      sessionId,
      role: "assistant",
      isSummary: true,
      parts: [{ type: "text", text: "sum" }],
    });
    setSummaryMessage(tx, sessionId, summary.id);
    insertMessage(tx, { sessionId, role: "user", parts: [{ type: "text", text: "c" }] });
  });
  assert.deepEqual(store.read((handle) => [...messagesForRequest(handle, sessionId)]).map(textOf), ["sum", "c"]);
  assert.equal(
    store.read((handle) => lastAssistantMessage(handle, sessionId)),
    null,
  );
});

test("the sample's sessions list all their messages in Crush's order", async (t) => {
  const { store, path } = await openSampleStore(t);
  for (const row of querySql(path, "select id, message_count from sessions")) {
    const sessionId = asSessionId(String(row["id"]));
    const messages = store.read((handle) => listMessages(handle, sessionId));
    const expected = querySql(
      path,
      `select id from messages where session_id = '${sessionId}' order by created_at, rowid`,
    );
    assert.deepEqual(
      messages.map((message) => message.id),
      expected.map((each) => each["id"]),
    );
    assert.equal(messages.length, row["message_count"]);
    assert.ok(messages.every((message) => message.unreadable === null));
  }
});

test("a session's prompts come newest first", async (t) => {
  const { store } = await openSampleStore(t);
  const prompts = store.read((handle) => userPrompts(handle, summarised, 2));
  assert.deepEqual(prompts, ["and now?", "step 2"]);
});

test("the messages around one, in whichever order the rows stand", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await store.transact((tx) => insertSession(tx, { title: "Around" }).id);
  const ids: string[] = [];
  for (const text of ["a", "b", "c", "d", "e"]) {
    const parts = [{ type: "text", text }] as const;
    ids.push(await store.transact((tx) => insertMessage(tx, { sessionId, role: "user", parts }).id));
  }
  const around = (place: number, limit: number): string =>
    store.read((handle) =>
      messagesAround(handle, { sessionId, messageId: asMessageId(String(ids[place])), limit })
        .map(textOf)
        .join(""),
    );
  const seen = (): string[] => [around(2, 3), around(0, 3), around(4, 4), around(2, 1)];
  assert.deepEqual(seen(), ["bcd", "ab", "cde", "c"]);
  runSql(path, "update messages set created_at = created_at - 100 where rowid = (select max(rowid) from messages)");
  assert.equal(around(0, 3), "eab");
  await store.transact((tx) => deleteMessage(tx, asMessageId(String(ids[2]))));
  assert.equal(around(2, 3), "");
});
