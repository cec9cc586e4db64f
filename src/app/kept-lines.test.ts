import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { asSessionId } from "../schema/ids.ts";
import { EventHub } from "./event-hub.ts";
import { KeptLines, type KeptLine } from "./kept-lines.ts";

const sessions = `insert into sessions (id, title, message_count, created_at, updated_at)
  values ('one', 'One', 2, 1, 1), ('two', 'Two', 2, 2, 2), ('three', 'Three', 2, 3, 3);
  insert into x_session (session_id, model, git_branch, created_at_ms, updated_at_ms) values ('one', 'oak', 'main', 1, 1);
  insert into x_session_sum (session_id, requests, tokens, counted_messages, shown_messages) values ('two', 1, 5, 2, 2)`;

function byTitle(lines: readonly KeptLine[]): ReadonlyMap<string, KeptLine> {
  return new Map(lines.map((kept) => [kept.line.session.title, kept]));
}

test("after another program's commit only the lines that changed are other ones", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, sessions);
  const kept = new KeptLines({ events: new EventHub(), shortId: (id) => `hash of ${id}` });
  const before = byTitle(store.read((handle) => kept.list(handle)));
  assert.deepEqual([...before.keys()], ["Three", "Two", "One"]);
  runSql(path, "update x_session_sum set tokens = 6; delete from sessions where id = 'three'");
  const after = byTitle(store.read((handle) => kept.list(handle)));
  assert.deepEqual([...after.keys()], ["Two", "One"]);
  assert.equal(after.get("One"), before.get("One"));
  assert.notEqual(after.get("Two"), before.get("Two"));
  assert.equal(after.get("Two")?.line.session, before.get("Two")?.line.session);
  assert.equal(after.get("Two")?.line.sum.tokens, 6);
});

test("a change of each kind of fact is seen", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, sessions);
  const kept = new KeptLines({ events: new EventHub(), shortId: (id) => id });
  const one = (): KeptLine["line"] | undefined =>
    byTitle(store.read((handle) => kept.list(handle))).get("One")?.line ?? undefined;
  assert.deepEqual([one()?.model, one()?.isPinned, one()?.session.messageCount], ["oak", false, 2]);
  runSql(path, "update x_session set model = 'elm', pinned_at_ms = 5");
  assert.deepEqual([one()?.model, one()?.isPinned], ["elm", true]);
  runSql(path, "update sessions set message_count = 3, todos = '[{\"content\":\"a\"}]' where id = 'one'");
  assert.deepEqual([one()?.session.messageCount, one()?.session.todos.length], [3, 1]);
  runSql(path, "delete from x_session");
  assert.deepEqual([one()?.model, one()?.isPinned], [null, false]);
});

test("a short id is made once, also where the line is another one later", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, sessions);
  const made: string[] = [];
  const shortId = (id: string): string => {
    made.push(id);
    return `hash of ${id}`;
  };
  const kept = new KeptLines({ events: new EventHub(), shortId });
  const two = (): KeptLine | undefined => byTitle(store.read((handle) => kept.list(handle))).get("Two");
  assert.deepEqual([two()?.hash, two()?.hash], ["hash of two", "hash of two"]);
  runSql(path, "update x_session_sum set tokens = 6");
  assert.equal(two()?.hash, "hash of two");
  assert.deepEqual(made, ["two"]);
});

test("sessions whose row numbers no number can hold exactly are listed with the others", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, `${sessions}; update sessions set rowid = -9223372036854775000 where id = 'two'`);
  const kept = new KeptLines({ events: new EventHub(), shortId: (id) => id });
  const lines = byTitle(store.read((handle) => kept.list(handle)));
  assert.deepEqual([...lines.keys()].toSorted(), ["One", "Three", "Two"]);
  const titles: string[] = [];
  store.read((handle) => {
    handle.each("select title, rowid from sessions order by rowid desc", ({ title }) => titles.push(String(title)));
  });
  assert.deepEqual(titles, ["Three", "One", "Two"]);
});

test("what could not be read is read the next time", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, sessions);
  const events = new EventHub();
  const kept = new KeptLines({ events, shortId: (id) => id });
  store.read((handle) => kept.list(handle));
  const failing = (): never => {
    throw new Error("disk I/O error");
  };
  runSql(path, "update sessions set title = 'Other One' where id = 'one'");
  assert.throws(() => store.read((handle) => kept.list({ ...handle, each: failing })), /disk I\/O/u);
  assert.ok(byTitle(store.read((handle) => kept.list(handle))).has("Other One"));
  await store.transact((tx) => tx.run("update sessions set title = 'Other Two' where id = 'two'"));
  events.emit({ type: "session-updated", sessionId: asSessionId("two") });
  assert.throws(
    () =>
      store.read((handle) =>
        kept.list({ ...handle, get: (sql) => (sql.includes("data_version") ? handle.get(sql) : failing()) }),
      ),
    /disk I\/O/u,
  );
  assert.ok(byTitle(store.read((handle) => kept.list(handle))).has("Other Two"));
});
