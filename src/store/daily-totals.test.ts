import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import { noUsage } from "../schema/usage.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { dailyTotals } from "./own-steps/daily-totals.ts";
import { removeSome, tablesOfSessions } from "./remove-rows.ts";
import { insertSession } from "./sessions.ts";
import { Connection } from "./sqlite.ts";
import type { Store } from "./store.ts";
import { burySession } from "./tombstones.ts";
import { insertUsage, sumOfDeleted, sumsByDay, sumsByModel } from "./usage-ledger.ts";

const day = 86_400_000;

async function spend(store: Store, sessionId: SessionId, change: Partial<UsageRecord> = {}): Promise<void> {
  const record: UsageRecord = {
    id: crypto.randomUUID(),
    sessionId,
    messageId: null,
    purpose: "turn",
    provider: "p",
    model: "m",
    usage: { ...noUsage, inputTokens: 100, outputTokens: 10 },
    costUsd: 0.1,
    isProviderCost: false,
    startedAtMs: 20_000 * day,
    durationMs: 5,
    outcome: "ok",
    ...change,
  };
  await store.transact((tx) => insertUsage(tx, record));
}

async function openSpent(t: Parameters<typeof openTestStore>[0]): Promise<{
  readonly store: Store;
  readonly path: string;
  readonly kept: SessionId;
  readonly gone: SessionId;
}> {
  const { store, path } = await openTestStore(t);
  const [kept, gone] = [asSessionId("kept"), asSessionId("gone")];
  await store.transact((tx) => [kept, gone].map((id) => insertSession(tx, { id, title: "T" })));
  await spend(store, kept);
  await spend(store, gone);
  await spend(store, gone, { costUsd: null, model: "other", startedAtMs: 20_003 * day });
  await spend(store, gone, { usage: { ...noUsage, outputTokens: 7, isEstimated: true } });
  return { store, path, kept, gone };
}

function read(store: Store): unknown {
  return store.read((tx) => [sumsByDay(tx), sumsByModel(tx)]);
}

function removeRows(path: string): void {
  const connection = new Connection(path, { isReadOnly: false });
  connection.execute("pragma foreign_keys = on");
  const tables = tablesOfSessions(connection);
  while (removeSome(connection, { tables, nowMs: 1 }));
  connection.close();
}

test("totals by day and model stay as they were when a session is deleted, here or by another program", async (t) => {
  const { store, path, gone, kept } = await openSpent(t);
  const before = read(store);
  assert.equal(store.read(sumOfDeleted).requests, 0);
  await store.transact((tx) => burySession(tx, gone, { isForgotten: false }));
  assert.equal(store.read(sumOfDeleted).requests, 3, "hidden is deleted");
  removeRows(path);
  assert.deepEqual(read(store), before);
  const deleted = store.read(sumOfDeleted);
  assert.deepEqual([deleted.requests, deleted.consumed.outputTokens, deleted.unknownCostRequests], [3, 27, 1]);
  runSql(path, `pragma foreign_keys = on; delete from sessions where id = '${kept}'`);
  assert.deepEqual(read(store), before);
  assert.deepEqual(querySql(path, "select 1 from x_usage"), []);
});

test("what is to be forgotten leaves the totals with its rows", async (t) => {
  const { store, path, gone } = await openSpent(t);
  await store.transact((tx) => burySession(tx, gone, { isForgotten: true }));
  removeRows(path);
  const totals = store.read(sumsByModel);
  assert.deepEqual(
    totals.map(({ model, sum }) => [model, sum.requests, sum.consumed.inputTokens, sum.consumed.isEstimated]),
    [["m", 1, 100, false]],
  );
  assert.ok(Math.abs((totals[0]?.sum.knownCostUsd ?? 0) - 0.1) < 1e-9);
  assert.equal(store.read(sumOfDeleted).requests, 0);
});

test("the ledger that was there before is added up when the table is made", async (t) => {
  const { store, path } = await openSpent(t);
  const before = read(store);
  runSql(path, ["drop table x_daily_total", ...dailyTotals.statements].join(";"));
  assert.deepEqual(read(store), before);
});
