import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import { noUsage } from "../schema/usage.ts";
import type { Usage, UsageRecord } from "../schema/usage.ts";
import { openSampleStore, openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { deleteSessionTree, getSession, insertSession } from "./sessions.ts";
import {
  columnsAsUsage,
  emptySum,
  insertUsage,
  lastUsage,
  listUsage,
  sumOfChildren,
  sumOfSession,
  sumsByDay,
  sumsByModel,
  sumsByPurpose,
  sumsBySession,
} from "./usage-ledger.ts";
import type { Store } from "./store.ts";

let nextId = 0;

function record(
  sessionId: SessionId,
  change: Partial<UsageRecord> & { readonly tokens?: Partial<Usage> },
): UsageRecord {
  const { tokens, ...rest } = change;
  nextId += 1;
  return {
    id: `u${String(nextId)}`,
    sessionId,
    messageId: null,
    purpose: "turn",
    provider: "anthropic",
    model: "claude-sonnet-4-6",
    usage: { ...noUsage, ...tokens },
    costUsd: 0,
    isProviderCost: false,
    startedAtMs: Date.parse("2026-02-03T12:00:00") + nextId,
    durationMs: 100,
    outcome: "ok",
    ...rest,
  };
}

async function book(store: Store, ...records: readonly UsageRecord[]): Promise<void> {
  await store.transact((tx) => {
    for (const each of records) assert.ok(insertUsage(tx, each));
  });
}

async function newSession(store: Store, title: string, parentSessionId?: SessionId): Promise<SessionId> {
  const session = { title, ...(parentSessionId === undefined ? {} : { parentSessionId }) };
  return store.transact((tx) => insertSession(tx, session).id);
}

const allTokens: Usage = {
  inputTokens: 1,
  cacheReadTokens: 20,
  cacheWriteTokens: 300,
  cacheWriteLongTokens: 100,
  outputTokens: 4000,
  reasoningTokens: 2000,
  isEstimated: false,
};

test("a row comes back as it was booked, and is announced", async (t) => {
  const { store, events } = await openTestStore(t);
  const sessionId = await newSession(store, "One");
  const booked = record(sessionId, {
    messageId: "m1",
    purpose: "summary",
    usage: { ...allTokens, isEstimated: true },
    costUsd: 0.123456789,
    isProviderCost: true,
    outcome: "canceled",
  });
  const unknown = record(sessionId, { costUsd: null });
  await book(store, booked, unknown);
  assert.deepEqual(
    store.read((handle) => listUsage(handle, sessionId)),
    [booked, unknown],
  );
  assert.deepEqual(events.slice(-2), [
    { type: "usage-recorded", sessionId, record: booked },
    { type: "usage-recorded", sessionId, record: unknown },
  ]);
});

test("sums add each class of tokens, the cost and the time, by purpose too", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store, "One");
  await book(
    store,
    record(sessionId, { usage: allTokens, costUsd: 0.25 }),
    record(sessionId, { usage: allTokens, costUsd: 0.5, outcome: "overloaded" }),
    record(sessionId, { purpose: "title", tokens: { inputTokens: 7 }, costUsd: 0.125 }),
    record(await newSession(store, "Other"), { usage: allTokens, costUsd: 9 }),
  );
  const turns = {
    requests: 2,
    consumed: {
      inputTokens: 2,
      cacheReadTokens: 40,
      cacheWriteTokens: 600,
      cacheWriteLongTokens: 200,
      outputTokens: 8000,
      reasoningTokens: 4000,
      isEstimated: false,
    },
    knownCostUsd: 0.75,
    unknownCostRequests: 0,
    durationMs: 200,
  };
  assert.deepEqual(
    store.read((handle) => sumOfSession(handle, sessionId, "turn")),
    turns,
  );
  const all = store.read((handle) => sumOfSession(handle, sessionId));
  assert.equal(all.consumed.inputTokens, 9);
  assert.deepEqual([all.knownCostUsd, all.unknownCostRequests], [0.875, 0]);
  const byPurpose = store.read((handle) => sumsByPurpose(handle, sessionId));
  assert.deepEqual([...byPurpose.keys()].toSorted(), ["title", "turn"]);
  assert.deepEqual(byPurpose.get("turn"), turns);
  assert.equal(byPurpose.get("title")?.knownCostUsd, 0.125);
});

test("an unknown price makes the cost unknown, unless nothing was consumed at it", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store, "One");
  await book(
    store,
    record(sessionId, { costUsd: 0.5, tokens: { inputTokens: 1 } }),
    record(sessionId, { costUsd: null, outcome: "network" }),
  );
  const known = store.read((handle) => sumOfSession(handle, sessionId));
  assert.deepEqual([known.knownCostUsd, known.unknownCostRequests], [0.5, 0]);
  await book(store, record(sessionId, { costUsd: null, tokens: { outputTokens: 1 } }));
  const sum = store.read((handle) => sumOfSession(handle, sessionId));
  assert.equal(sum.knownCostUsd, 0.5);
  assert.equal(sum.unknownCostRequests, 1);
});

test("one estimate marks the sum for good", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store, "One");
  await book(store, record(sessionId, {}), record(sessionId, { tokens: { isEstimated: true } }), record(sessionId, {}));
  assert.equal(store.read((handle) => sumOfSession(handle, sessionId)).consumed.isEstimated, true);
});

test("children's requests are summed apart, at any depth, and belong to the top session's total", async (t) => {
  const { store } = await openTestStore(t);
  const top = await newSession(store, "Top");
  const child = await newSession(store, "New Agent Session", top);
  const grandchild = await newSession(store, "New Agent Session", child);
  const quiet = await newSession(store, "Quiet");
  await book(
    store,
    record(top, { tokens: { inputTokens: 1 }, costUsd: 1 }),
    record(child, { tokens: { inputTokens: 10 }, costUsd: 2 }),
    record(grandchild, { tokens: { inputTokens: 100 }, costUsd: 4 }),
  );
  const own = store.read((handle) => sumOfSession(handle, top));
  const children = store.read((handle) => sumOfChildren(handle, top));
  assert.equal(own.consumed.inputTokens, 1);
  assert.equal(children.consumed.inputTokens, 110);
  assert.equal(children.knownCostUsd, 6);
  const bySession = store.read((handle) => sumsBySession(handle));
  assert.deepEqual(
    bySession.map(({ sessionId, title, sum }) => [sessionId, title, sum.consumed.inputTokens, sum.requests]),
    [
      [quiet, "Quiet", 0, 0],
      [top, "Top", 111, 3],
    ],
  );
  assert.deepEqual(
    store.read((handle) => sumOfChildren(handle, quiet)),
    emptySum,
  );
});

test("requests are summed by local day and by model", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store, "One");
  const at = (time: string): number => Date.parse(time);
  await book(
    store,
    record(sessionId, { startedAtMs: at("2026-03-01T00:00:00"), tokens: { inputTokens: 1 } }),
    record(sessionId, {
      startedAtMs: at("2026-03-01T23:59:59"),
      tokens: { inputTokens: 2 },
      model: "gpt-5.2",
      provider: "openai",
    }),
    record(sessionId, { startedAtMs: at("2026-03-02T00:00:00"), tokens: { inputTokens: 4 } }),
  );
  assert.deepEqual(
    store.read((handle) => sumsByDay(handle)).map(({ day, sum }) => [day, sum.consumed.inputTokens]),
    [
      ["2026-03-02", 4],
      ["2026-03-01", 3],
    ],
  );
  assert.deepEqual(
    store.read((handle) => sumsByModel(handle)).map(({ provider, model, sum }) => [provider, model, sum.requests]),
    [
      ["anthropic", "claude-sonnet-4-6", 2],
      ["openai", "gpt-5.2", 1],
    ],
  );
});

test("what was consumed stays when its message is deleted, and goes with its session", async (t) => {
  const { store, path } = await openSampleStore(t);
  const sessionId = asSessionId("7f150524-34b9-45df-9e77-69b10f4205b4");
  await book(
    store,
    record(sessionId, { messageId: "ec66a787-95e7-41d1-b731-af10506bf2ef", tokens: { inputTokens: 5 } }),
  );
  runSql(path, "pragma foreign_keys = on; delete from messages where id = 'ec66a787-95e7-41d1-b731-af10506bf2ef'");
  assert.equal(store.read((handle) => sumOfSession(handle, sessionId)).requests, 1);
  await store.transact((tx) => deleteSessionTree(tx, sessionId));
  assert.deepEqual(querySql(path, "select id from x_usage"), []);
  const late = record(sessionId, {});
  assert.equal(await store.transact((tx) => insertUsage(tx, late)), false, "the session is gone");
});

test("the last request that succeeded says what the context holds", async (t) => {
  const { store } = await openTestStore(t);
  const sessionId = await newSession(store, "One");
  assert.equal(
    store.read((handle) => lastUsage(handle, sessionId)),
    null,
  );
  const earlier = record(sessionId, { tokens: { inputTokens: 60 } });
  const wanted = record(sessionId, { tokens: { inputTokens: 70 } });
  await book(
    store,
    wanted,
    earlier,
    record(sessionId, { purpose: "title" }),
    record(sessionId, { outcome: "overloaded" }),
  );
  assert.deepEqual(
    store.read((handle) => lastUsage(handle, sessionId)),
    wanted,
  );
});

test("a session without ledger rows has what Crush's columns say, as an estimate", async (t) => {
  const { store } = await openSampleStore(t);
  const session = store.read((handle) => getSession(handle, asSessionId("1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11")));
  assert.ok(session !== null);
  assert.deepEqual(columnsAsUsage(session), {
    consumed: { ...noUsage, inputTokens: 14233, outputTokens: 412, isEstimated: true },
    knownCostUsd: 0.0731,
    unknownCostRequests: 0,
  });
});

test("sums that no integer holds, and numbers that are none, are summed all the same", async (t) => {
  const { store, path } = await openTestStore(t);
  const id = await newSession(store, "odd");
  await book(store, record(id, { tokens: { inputTokens: 1 } }), record(id, { tokens: { inputTokens: 1 } }));
  runSql(
    path,
    `update x_usage set input_tokens = 9223372036854775807, output_tokens = 'many', started_at_ms = 'then', duration_ms = 9e999;
     update x_daily_total set input_tokens = 9223372036854775807;
     insert into x_daily_total select 'another', provider, model, 1, 0, 9223372036854775807, 0, 0, 0, 0, 0, 0, 0, 0 from x_daily_total`,
  );
  const sums = store.read((handle) => [
    sumOfSession(handle, id),
    sumsBySession(handle)[0]?.sum,
    sumsByModel(handle)[0]?.sum,
  ]);
  for (const sum of sums) assert.equal(sum?.consumed.inputTokens, 2 ** 64);
  assert.deepEqual([sums[0]?.consumed.outputTokens, sums[0]?.durationMs], [0, 0]);
  const times = store.read((handle) => listUsage(handle, id)).map(({ startedAtMs }) => startedAtMs);
  assert.deepEqual(times, [0, 0]);
});
