import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, runSql } from "../../test/harness/open-test-store.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Role } from "../schema/message.ts";
import { noUsage } from "../schema/usage.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { countSession, listStaleSums } from "./count-session.ts";
import { recordFileChange, recordUnkeptChange } from "./files.ts";
import { deleteMessage, insertMessage } from "./messages.ts";
import { sessionSums } from "./own-steps/session-sums.ts";
import { listSessionLines } from "./session-lines.ts";
import { putCounts } from "./session-sums.ts";
import type { ListedSum } from "./session-sums.ts";
import { insertSession } from "./sessions.ts";
import type { Store } from "./store.ts";
import { insertUsage } from "./usage-ledger.ts";

async function newSession(store: Store): Promise<SessionId> {
  return store.transact((tx) => insertSession(tx, { title: "Sums" }).id);
}

function sumOf(store: Store): ListedSum {
  const [line] = store.read((handle) => listSessionLines(handle));
  assert.ok(line !== undefined);
  return line.sum;
}

function say(store: Store, sessionId: SessionId, role: Role): Promise<unknown> {
  return store.transact((tx) => insertMessage(tx, { sessionId, role, parts: [{ type: "text", text: role }] }));
}

async function refresh(store: Store): Promise<void> {
  for (const stale of store.read((handle) => listStaleSums(handle))) {
    await store.transact((tx) => putCounts(tx, countSession(tx, stale)));
  }
}

function request(sessionId: SessionId, part: Partial<UsageRecord>): UsageRecord {
  return {
    id: crypto.randomUUID(),
    sessionId,
    messageId: null,
    purpose: "turn",
    provider: "acme",
    model: "oak-1",
    usage: { ...noUsage, inputTokens: 10, cacheReadTokens: 20, cacheWriteTokens: 5, outputTokens: 7 },
    costUsd: 0.25,
    isProviderCost: false,
    startedAtMs: 1,
    durationMs: 1,
    outcome: "ok",
    ...part,
  };
}

test("messages are counted in the transactions that add and delete them, those of people and models shown", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  assert.equal(sumOf(store).messageCount, 0);
  await say(store, sessionId, "user");
  await say(store, sessionId, "assistant");
  await say(store, sessionId, "tool");
  const last = await store.transact((tx) => insertMessage(tx, { sessionId, role: "assistant", parts: [] }));
  assert.equal(sumOf(store).messageCount, 3);
  await store.transact((tx) => deleteMessage(tx, last.id));
  assert.equal(sumOf(store).messageCount, 2);
  assert.deepEqual(
    store.read((handle) => listStaleSums(handle)),
    [],
  );
});

test("rows of another program make the count unknown until they are counted", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await newSession(store);
  await say(store, sessionId, "user");
  const insert = (id: string, role: string): string =>
    `insert into messages (id, session_id, role, parts, created_at, updated_at) values ('${id}', '${sessionId}', '${role}', '[]', 1, 1);`;
  runSql(path, insert("x", "assistant") + insert("y", "tool"));
  assert.equal(sumOf(store).messageCount, null);
  await say(store, sessionId, "assistant");
  assert.equal(sumOf(store).messageCount, null, "ours does not make it known");
  await refresh(store);
  assert.equal(sumOf(store).messageCount, 3);
  runSql(path, "delete from messages");
  assert.equal(sumOf(store).messageCount, null);
  await say(store, sessionId, "user");
  assert.equal(sumOf(store).messageCount, 1, "a first row says it all");
});

test("each row of the ledger is added to the sum, unknown costs apart", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store);
  await store.transact((tx) => insertUsage(tx, request(sessionId, {})));
  await store.transact((tx) => insertUsage(tx, request(sessionId, { costUsd: null, purpose: "title" })));
  await store.transact((tx) => insertUsage(tx, request(sessionId, { costUsd: null, usage: noUsage, outcome: "busy" })));
  const usage = { ...noUsage, outputTokens: 1, isEstimated: true };
  await store.transact((tx) => insertUsage(tx, request(sessionId, { costUsd: 0.5, usage })));
  const { requests, tokens, isEstimated, knownCostUsd, unknownCostRequests } = sumOf(store);
  assert.deepEqual(
    { requests, tokens, isEstimated, knownCostUsd, unknownCostRequests },
    { requests: 4, tokens: 85, isEstimated: true, knownCostUsd: 0.75, unknownCostRequests: 1 },
  );
});

test("a ledger that was there before is added up when the table is made", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await newSession(store);
  await store.transact((tx) => insertUsage(tx, request(sessionId, {})));
  await store.transact((tx) => insertUsage(tx, request(sessionId, { costUsd: null })));
  const before = sumOf(store);
  runSql(path, ["drop table x_session_sum", ...sessionSums.statements].join(";"));
  assert.deepEqual(sumOf(store), before);
});

test("files are counted again when versions or marks were added, by whichever program", async (t) => {
  const { store, path } = await openTestStore(t);
  const sessionId = await newSession(store);
  const change = { sessionId, path: "/p/a.ts", before: "one\ntwo\n", after: "one\n2\nthree\n" };
  await store.transact((tx) => recordFileChange(tx, change));
  await store.transact((tx) => recordUnkeptChange(tx, { sessionId, path: "/p/big.bin", reason: "too-large" }));
  assert.equal(sumOf(store).files.changed, 0);
  await refresh(store);
  assert.deepEqual(sumOf(store).files, { changed: 2, additions: 2, removals: 1 });
  runSql(
    path,
    `insert into files (id, session_id, path, content, version, created_at, updated_at)
     values ('f', '${sessionId}', '/p/a.ts', 'one' || char(10), 9, 1, 1)`,
  );
  await refresh(store);
  assert.deepEqual(sumOf(store).files, { changed: 2, additions: 0, removals: 1 });
});

test("what was counted of a session that is gone is dropped", async (t) => {
  const { store } = await openTestStore(t);
  const counts = {
    sessionId: crypto.randomUUID() as SessionId,
    messages: { rows: 1, shown: 1, newestAt: null },
    files: null,
  };
  assert.equal(await store.transact((tx) => putCounts(tx, counts)), false);
});
