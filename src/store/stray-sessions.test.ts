import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import { databaseFacts } from "./database-facts.ts";
import { deletionFacts } from "./deletion-facts.ts";
import type { ReadHandle } from "./handle.ts";
import { readSessions } from "./search/find-hits.ts";
import { getSessionLine, listChildLines, listDescendantLines, listSessionLines } from "./session-lines.ts";
import { countSessions, getSession, listChildSessions, listDescendants, listSessions } from "./sessions.ts";
import type { Store } from "./store.ts";
import { burySession } from "./tombstones.ts";
import { sumOfChildren, sumsBySession } from "./usage-ledger.ts";

const uuid = (digit: number): string => `${String(digit).repeat(8)}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`;
const root = uuid(0);
const itself = uuid(1);
const one = uuid(2);
const two = uuid(3);
const three = uuid(4);
const below = uuid(5);
const orphan = uuid(6);
const names = ["root", "itself", "one", "two", "three", "below", "orphan"];

/** `below` is a child of `one`, which stands in a circle of three. Sub-agents' sessions have no UUIDs. */
async function openStore(t: TestContext): Promise<{ readonly store: Store; readonly path: string }> {
  const { store, path } = await openTestStore(t);
  runSql(
    path,
    `insert into sessions (id, parent_session_id, title, created_at, updated_at) values
       ('${root}', null, 'root', 1, 1), ('m$$root', '${root}', 'agent', 1, 1), ('${itself}', '${itself}', 'itself', 1, 1),
       ('${one}', '${three}', 'one', 1, 1), ('${two}', '${one}', 'two', 1, 1), ('${three}', '${two}', 'three', 1, 1),
       ('${below}', '${one}', 'below', 1, 1), ('${orphan}', 'gone', 'orphan', 1, 1), ('m$$lost', 'gone', 'agent', 1, 1),
       ('title-gone', 'gone', 'title', 1, 1);
     insert into x_usage (id, session_id, purpose, provider, model, input_tokens, cache_read_tokens, cache_write_tokens,
       cache_write_long_tokens, output_tokens, reasoning_tokens, is_estimated, is_provider_cost, started_at_ms, duration_ms, outcome)
       select id, id, 'turn', 'p', 'm', 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 'ok' from sessions`,
  );
  return { store, path };
}

const topLevel = ["root", "itself", "one", "two", "three", "orphan"].toSorted();

const sorted = (titles: readonly string[]): readonly string[] => titles.toSorted();

test("a session whose parents lead nowhere is listed, found and counted as a top-level one, once", async (t) => {
  const { store, path } = await openStore(t);
  store.read((handle) => {
    assert.deepEqual(sorted(listSessions(handle).map(({ title }) => title)), topLevel);
    assert.deepEqual(sorted(listSessionLines(handle).map(({ session }) => session.title)), topLevel);
    assert.deepEqual(sorted(listSessionLines(handle, { limit: 20 }).map(({ session }) => session.title)), topLevel);
    assert.equal(countSessions(handle), topLevel.length);
    assert.deepEqual(sorted(sumsBySession(handle).map(({ title }) => title)), topLevel);
    const found = [...readSessions(handle).values()].filter(
      ({ parentId, title }) => parentId === null && title !== "title",
    );
    assert.deepEqual(sorted(found.map(({ title }) => title).filter((title) => names.includes(title))), topLevel);
    for (const title of topLevel) {
      const id = asSessionId(listSessions(handle).find((session) => session.title === title)?.id ?? "");
      assert.equal(getSession(handle, id)?.parentSessionId, null);
      assert.equal(getSessionLine(handle, id)?.session.parentSessionId, null);
    }
  });
  assert.equal(databaseFacts(path).facts?.sessions, topLevel.length);
});

test("what stands in a circle is nobody's child: nothing is shown, summed or deleted with another", async (t) => {
  const { store } = await openStore(t);
  const childrenOf = (handle: ReadHandle, id: string): readonly string[] => {
    const parent = asSessionId(id);
    const titles = listDescendants(handle, parent).map(({ title }) => title);
    assert.deepEqual(
      listDescendantLines(handle, parent).map(({ session }) => session.title),
      titles,
    );
    assert.deepEqual(
      listChildSessions(handle, parent).map(({ title }) => title),
      titles,
    );
    assert.equal(sumOfChildren(handle, parent).consumed.inputTokens, titles.length);
    assert.equal(deletionFacts(handle, parent).children, titles.length);
    return titles;
  };
  store.read((handle) => {
    assert.deepEqual(childrenOf(handle, root), ["agent"]);
    assert.deepEqual(childrenOf(handle, itself), []);
    assert.deepEqual(childrenOf(handle, one), ["below"]);
    assert.deepEqual(childrenOf(handle, two), []);
    assert.deepEqual(
      new Set(listChildLines(handle).map(({ id }) => String(id))),
      new Set([below, "m$$lost", "m$$root"]),
    );
    const total = sumsBySession(handle).reduce((sum, each) => sum + each.sum.consumed.inputTokens, 0);
    assert.equal(total, topLevel.length + 2);
  });
  const buried = await store.transact((tx) => burySession(tx, asSessionId(one), { isForgotten: false }));
  assert.deepEqual(buried.map(String), [one, below]);
});
