import assert from "node:assert/strict";
import { test } from "node:test";
import { loadShortId } from "../lib/load-short-id.ts";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import { openSampleStore, openTestStore, querySql, runSql, SettableClock } from "../../test/harness/open-test-store.ts";
import { changeSessionFacts, getSessionFacts, listSessionFacts, setTitle, titleSource } from "./session-facts.ts";
import {
  addSessionUsage,
  countSessions,
  deleteSessionTree,
  findSessionsByPrefix,
  getSession,
  insertSession,
  lastSession,
  listChildSessions,
  listDescendants,
  listSessions,
  setSummaryMessage,
  setTodos,
} from "./sessions.ts";
import type { Store } from "./store.ts";

const first = asSessionId("1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11");
const child = asSessionId("d23f0824-128b-4f33-8c5c-7fd0a6a3a450$$toolu_01B");

test("the list has top-level sessions only, the last changed first", async (t) => {
  const { store } = await openSampleStore(t);
  const titles = store.read((handle) => listSessions(handle)).map((session) => session.title);
  assert.deepEqual(titles, [
    "New Session",
    "Interrupted run",
    "Summarised work",
    "Pictures, shell and errors",
    "Fix b tag parser and add test",
  ]);
  assert.equal(
    store.read((handle) => countSessions(handle)),
    5,
  );
  assert.equal(store.read((handle) => listSessions(handle, { limit: 2 })).length, 2);
});

test("the last session is the newest that has messages", async (t) => {
  const { store } = await openSampleStore(t);
  assert.equal(store.read((handle) => lastSession(handle))?.title, "Interrupted run");
  const empty = await openTestStore(t);
  assert.equal(
    empty.store.read((handle) => lastSession(handle)),
    null,
  );
});

test("children are listed, old title rows never", async (t) => {
  const { store } = await openSampleStore(t);
  const children = store.read((handle) => listChildSessions(handle, first));
  assert.deepEqual(
    children.map((session) => session.id),
    [child],
  );
  assert.equal(children[0]?.parentSessionId, first);
});

test("a session of Crush's is read with all its columns", async (t) => {
  const { store } = await openSampleStore(t);
  assert.deepEqual(
    store.read((handle) => getSession(handle, first)),
    {
      id: first,
      parentSessionId: null,
      title: "Fix b tag parser and add test",
      messageCount: 8,
      promptTokens: 14233,
      completionTokens: 412,
      cost: 0.0731,
      createdAt: 1766400000,
      updatedAt: 1766400008,
      summaryMessageId: null,
      todos: [
        { content: "Add a test", status: "in_progress", activeForm: "Adding a test" },
        { content: "Ship", status: "pending", activeForm: "Shipping" },
      ],
    },
  );
  assert.equal(
    store.read((handle) => getSession(handle, asSessionId("none"))),
    null,
  );
});

test("a new session is what its row says", async (t) => {
  const clock = new SettableClock(1_766_400_000_999);
  const { store, events } = await openTestStore(t, { clock });
  const session = await store.transact((tx) => insertSession(tx, { title: "Fresh" }));
  assert.deepEqual(
    store.read((handle) => getSession(handle, session.id)),
    session,
  );
  assert.match(session.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  assert.equal(session.createdAt, 1_766_400_000);
  assert.deepEqual(events, [{ type: "session-created", sessionId: session.id }]);
});

test("columns change one by one, so that another program's changes stay", async (t) => {
  const { store, path, events } = await openTestStore(t);
  const { id } = await store.transact((tx) => insertSession(tx, { title: "Shared" }));
  await store.transact((tx) => addSessionUsage(tx, id, { promptTokens: 10, completionTokens: 2, costUsd: 0.5 }));
  runSql(path, "update sessions set title = 'renamed there', cost = cost + 1");
  await store.transact((tx) => {
    addSessionUsage(tx, id, { promptTokens: 30, completionTokens: 4, costUsd: 0.25 });
    addSessionUsage(tx, id, { costUsd: 0.25 });
    setTodos(tx, id, [{ content: "a", status: "completed", activeForm: "doing a" }]);
    setSummaryMessage(tx, id, asMessageId("m"));
  });
  const session = store.read((handle) => getSession(handle, id));
  assert.equal(session?.title, "renamed there");
  assert.equal(session.cost, 2);
  assert.equal(session.promptTokens, 30);
  assert.equal(session.completionTokens, 4);
  assert.equal(session.summaryMessageId, "m");
  assert.deepEqual(querySql(path, "select todos from sessions")[0], {
    todos: '[{"content":"a","status":"completed","active_form":"doing a"}]',
  });
  await store.transact((tx) => setTodos(tx, id, []));
  assert.equal(querySql(path, "select todos from sessions")[0]?.["todos"], null);
  assert.equal(events.filter((event) => event.type === "session-updated").length, 6);
});

test("a session that is gone is neither changed nor announced", async (t) => {
  const { store, events } = await openTestStore(t);
  const gone = asSessionId("gone");
  const results = await store.transact((tx) => [
    setTitle(tx, gone, { text: "x", source: "model" }),
    setTodos(tx, gone, []),
    addSessionUsage(tx, gone, { costUsd: 1 }),
    changeSessionFacts(tx, gone, { draft: "x" }),
    deleteSessionTree(tx, gone).length > 0,
  ]);
  assert.deepEqual(results, [false, false, false, false, false]);
  assert.deepEqual(events, []);
});

test("deleting a session takes all below it, and nothing else", async (t) => {
  const { store, path, events } = await openSampleStore(t);
  const grandchild = await store.transact((tx) => {
    changeSessionFacts(tx, first, { draft: "words" });
    changeSessionFacts(tx, child, { draft: "words" });
    return insertSession(tx, { title: "New Agent Session", parentSessionId: child });
  });
  assert.deepEqual(
    store.read((handle) => listDescendants(handle, first)).map((session) => session.id),
    [child, grandchild.id],
  );
  const titleRow = asSessionId(`title-${first}`);
  const deleted = await store.transact((tx) => deleteSessionTree(tx, first));
  assert.equal(deleted[0], first);
  assert.deepEqual(new Set(deleted), new Set([first, child, titleRow, grandchild.id]));
  const announced = events.flatMap((event) => (event.type === "session-deleted" ? [event.sessionId] : []));
  assert.deepEqual(announced, deleted);
  for (const table of ["messages", "files", "read_files", "x_session"]) {
    const left = querySql(path, `select count(*) as rows from ${table} where session_id in ('${deleted.join("','")}')`);
    assert.equal(left[0]?.["rows"], 0, table);
  }
  assert.equal(
    store.read((handle) => countSessions(handle)),
    4,
  );
});

test("a session that Crush deletes takes our rows with it", async (t) => {
  const { store, path } = await openSampleStore(t);
  await store.transact((tx) => changeSessionFacts(tx, first, { draft: "words" }));
  runSql(path, `pragma foreign_keys = on; delete from sessions where id = '${first}'`);
  assert.equal(
    store.read((handle) => getSessionFacts(handle, first)),
    null,
  );
});

test("a session is found by id, hash and prefixes of both", async (t) => {
  const { store } = await openSampleStore(t);
  const shortId = await loadShortId();
  const find = (text: string): string[] =>
    store.read((handle) => findSessionsByPrefix(handle, text, shortId)).map((session) => session.id);
  const hash = "0e0fd1590c1b8de5";
  for (const text of [first, first.slice(0, 6), first.toUpperCase(), hash, hash.slice(0, 7), "0E0FD"]) {
    assert.deepEqual(find(text), [first], text);
  }
  assert.deepEqual(find(child), [child]);
  assert.deepEqual(find(""), []);
  assert.deepEqual(find("title"), []);
  assert.deepEqual(find("zzz"), []);
});

test("an ambiguous prefix gives all its sessions; a whole id only its own", async (t) => {
  const { store } = await openTestStore(t);
  const shortId = await loadShortId();
  const ids = ["aaaa", "aaaab", "aabb"].map((id) => asSessionId(`z${id}`));
  await store.transact((tx) => {
    for (const id of ids) insertSession(tx, { id, title: id });
  });
  const find = (text: string): string[] =>
    store.read((handle) => findSessionsByPrefix(handle, text, shortId)).map((session) => session.id);
  assert.deepEqual(find("zaa"), ids);
  assert.deepEqual(find("zaaaa"), ["zaaaa"]);
});

async function facts(store: Store): Promise<ReturnType<typeof insertSession>> {
  return store.transact((tx) => insertSession(tx, { title: "New Session" }));
}

test("facts are kept apart from Crush's columns, whose times they leave alone", async (t) => {
  const clock = new SettableClock(5_000_000);
  const { store } = await openTestStore(t, { clock });
  const session = await facts(store);
  assert.equal(
    store.read((handle) => getSessionFacts(handle, session.id)),
    null,
  );
  await store.transact((tx) => changeSessionFacts(tx, session.id, { model: "m", provider: "p", gitBranch: "main" }));
  clock.advance(1500);
  await store.transact((tx) => changeSessionFacts(tx, session.id, { draft: "half a thou", model: null }));
  const stored = store.read((handle) => getSessionFacts(handle, session.id));
  assert.deepEqual(stored, {
    sessionId: session.id,
    provider: "p",
    model: null,
    reasoningEffort: null,
    titleSource: "provisional",
    lastOwnTitle: null,
    draft: "half a thou",
    workingDirectory: null,
    gitBranch: "main",
    pinnedAtMs: null,
    archivedAtMs: null,
    forkedFromSessionId: null,
    forkedFromMessageId: null,
    createdAtMs: 5_000_000,
    updatedAtMs: 5_001_500,
  });
  assert.deepEqual(store.read((handle) => listSessionFacts(handle)).get(session.id), stored);
  assert.equal(store.read((handle) => getSession(handle, session.id))?.updatedAt, session.updatedAt);
});

test("a title that differs from our last was given by a person elsewhere", async (t) => {
  const { store, path } = await openTestStore(t);
  const session = await facts(store);
  const source = (): string =>
    store.read((handle) => {
      const stored = getSession(handle, session.id);
      assert.ok(stored !== null);
      return titleSource(stored, getSessionFacts(handle, session.id));
    });
  assert.equal(source(), "provisional", "Crush's placeholder is nobody's title");
  await store.transact((tx) => setTitle(tx, session.id, { text: "fix the parser", source: "provisional" }));
  assert.equal(source(), "provisional");
  await store.transact((tx) => setTitle(tx, session.id, { text: "Parser fixed", source: "model" }));
  assert.equal(source(), "model");
  runSql(path, "update sessions set title = 'Mine'");
  assert.equal(source(), "person");
  runSql(path, "update sessions set title = 'Untitled Session'");
  assert.equal(source(), "provisional");
  await store.transact((tx) => setTitle(tx, session.id, { text: "Ours", source: "person" }));
  assert.equal(source(), "person");
});
