import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import type { TestStore } from "../../test/harness/open-test-store.ts";
import { silentLog } from "../lib/log.ts";
import { asSessionId } from "../schema/ids.ts";
import { SessionRemover } from "./session-remover.ts";
import { burySession, leftToRemove } from "./tombstones.ts";

const marker = "an unmistakable marker";

interface Place extends TestStore {
  readonly remover: SessionRemover;
  readonly clock: ManualClock;
}

/** A session whose text lies in the database and in its log. */
async function openPlace(t: TestContext): Promise<Place> {
  const opened = await openTestStore(t);
  runSql(opened.path, `insert into sessions (id, title, created_at, updated_at) values ('s', '${marker}', 1, 1)`);
  await opened.store.transact((tx) => burySession(tx, asSessionId("s"), { isForgotten: false }));
  const clock = new ManualClock();
  const remover = new SessionRemover({ store: opened.store, path: opened.path, clock, log: silentLog });
  t.after(async () => remover.stop());
  return { ...opened, remover, clock };
}

function holdsMarker(file: string): boolean {
  return [file, `${file}-wal`].some((each) => readFileSync(each).includes(marker));
}

test("rows go, the log is emptied, and nothing waits any more", async (t) => {
  const { path, remover, store, clock } = await openPlace(t);
  assert.ok(holdsMarker(path));
  assert.deepEqual(await remover.remove(), { sessions: 0, inLog: 0 });
  assert.ok(!holdsMarker(path));
  assert.ok(statSync(`${path}-wal`).size < 100_000);
  assert.deepEqual(store.read(leftToRemove), { sessions: 0, inLog: 0 });
  assert.equal(await remover.isDoneWithin(0), true);
  assert.equal(clock.waitingCount, 0);
});

test("while somebody reads the log stays; it is tried again, ever less often, until it succeeds", async (t) => {
  const { path, remover, clock } = await openPlace(t);
  const reader = new DatabaseSync(path);
  t.after(() => {
    reader.close();
  });
  reader.exec("begin; select count(*) from sessions");
  assert.deepEqual(await remover.remove(), { sessions: 0, inLog: 1 });
  assert.deepEqual(querySql(path, "select id from sessions"), []);
  assert.ok(holdsMarker(path));
  for (const delayMs of [200, 400, 800]) {
    assert.equal(clock.waitingCount, 1);
    clock.advance(delayMs);
    assert.equal(clock.waitingCount, 0, "the next try has begun");
    await remover.idle();
  }
  reader.exec("rollback");
  const isDone = remover.isDoneWithin(1_000_000);
  clock.advance(1600);
  assert.equal(await isDone, true);
  assert.ok(!holdsMarker(path));
  assert.equal(clock.waitingCount, 0);
});

test("what one process has left, the next one finds", async (t) => {
  const { path, remover, store, clock } = await openPlace(t);
  await remover.stop();
  const next = new SessionRemover({ store, path, clock, log: silentLog });
  next.resume();
  assert.deepEqual(await next.remove(), { sessions: 0, inLog: 0 });
  assert.ok(!holdsMarker(path));
  await next.stop();
});
