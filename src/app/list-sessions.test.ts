import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import type { SessionSummary } from "./app.ts";
import { EventHub } from "./event-hub.ts";
import { KeptLines } from "./kept-lines.ts";
import { listSessions } from "./list-sessions.ts";
import { TurnRegistry } from "./turn-registry.ts";

const rows = `insert into sessions (id, title, created_at, updated_at) values ('parent', 'Parent', 1, 1), ('other', 'Other', 2, 2);
  insert into sessions (id, parent_session_id, title, created_at, updated_at, cost) values ('child', 'parent', 'Child', 1, 1, 5)`;

test("a session whose last child has gone has none any more; who never had one stays the same object", async (t) => {
  const { store, path } = await openTestStore(t);
  runSql(path, rows);
  const events = new EventHub();
  const options = {
    lines: new KeptLines({ events, shortId: (id) => id }),
    turns: new TurnRegistry(),
    isWaiting: () => false,
    ends: () => [],
    elsewhere: () => new Set<never>(),
  };
  const list = (): ReadonlyMap<string, SessionSummary> =>
    new Map(listSessions({ store }, options).map((item) => [item.session.title, item]));
  const before = list();
  assert.deepEqual([before.get("Parent")?.figures.childCount, before.get("Other")?.figures.childCount], [1, 0]);
  runSql(path, "delete from sessions where id = 'child'");
  const after = list();
  assert.equal(after.get("Parent")?.figures.childCount, 0);
  assert.equal(after.get("Other"), before.get("Other"));
  assert.equal(list().get("Parent"), after.get("Parent"));
});
