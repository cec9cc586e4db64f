import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { openTestStore, querySql, runSql } from "../../test/harness/open-test-store.ts";
import type { TestStore } from "../../test/harness/open-test-store.ts";
import { AppError } from "../lib/app-error.ts";
import { silentLog } from "../lib/log.ts";
import { asSessionId } from "../schema/ids.ts";
import { runDatabaseTask } from "./load-database-thread.ts";
import { SessionRemover } from "./session-remover.ts";
import { burySession, leftToRemove } from "./tombstones.ts";

const marker = "an unmistakable marker";
/** Histories after which SQLite 3.54 by itself leaves the marker in the free space of a page. */
const seeds = [16, 57];

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

/** Small rows come, grow and go until pages have been rebalanced; `s` is buried with its rows. */
async function openWornPlace(t: TestContext, seed: number): Promise<Place> {
  const place = await openPlace(t);
  const { path, store } = place;
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const statements = [
    "insert into sessions (id, title, created_at, updated_at) values ('g', 'going', 1, 1), ('k', 'kept', 1, 1)",
  ];
  for (let step = 0; step < 3000; step += 1) {
    const id = `r${String(random(400))}`;
    const isGoing = random(2) === 0;
    const text = (isGoing ? marker : "kept text").repeat(1 + random(12));
    if (random(3) === 0) statements.push(`delete from messages where id = '${id}'`);
    else {
      statements.push(
        `insert into messages (id, session_id, role, parts, created_at, updated_at)
         values ('${id}', '${isGoing ? "g" : "k"}', 'user', '"${text}"', 1, 1)
         on conflict (id) do update set session_id = excluded.session_id, parts = excluded.parts`,
      );
    }
  }
  runSql(path, `pragma secure_delete = on; begin; ${statements.join(";")}; commit`);
  await store.transact((tx) => burySession(tx, asSessionId("g"), { isForgotten: false }));
  return place;
}

test("nothing is left in pages whose rows have moved", async (t) => {
  for (const seed of seeds) {
    const { path, remover } = await openWornPlace(t, seed);
    const kept = "select rowid, id, parts from messages where session_id = 'k' order by rowid";
    const before = querySql(path, kept);
    await remover.remove();
    assert.deepEqual(querySql(path, kept), before, "open windows know rows by their places");
    assert.ok(!holdsMarker(path), `seed ${String(seed)}`);
    assert.equal(querySql(path, "pragma integrity_check")[0]?.["integrity_check"], "ok");
  }
});

test("as long as somebody is at work the database is not rewritten, and the task stays", async (t) => {
  const { path, remover, store, clock } = await openWornPlace(t, seeds[0] ?? 0);
  runSql(
    path,
    "insert into x_turn (session_id, owner_id, owner_name, phase, started_at_ms) values ('k', 'o', 'other', 'running', 1)",
  );
  assert.deepEqual(await remover.remove(), { sessions: 0, inLog: 2 });
  assert.equal(clock.waitingCount, 1);
  runSql(path, "delete from x_turn");
  assert.deepEqual(await remover.remove(), { sessions: 0, inLog: 0 });
  assert.ok(!holdsMarker(path));
  assert.equal(store.read((tx) => tx.all("select 1 from sessions")).length, 1);
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

test("a database that can't be read at the moment ends nothing: it is tried again", async (t) => {
  const { path, store, clock } = await openPlace(t);
  let isReadable = false;
  const remover = new SessionRemover({
    store: {
      read: (fn) => {
        if (!isReadable) throw new AppError("database-locked", "the session database is locked");
        return store.read(fn);
      },
    },
    path,
    clock,
    log: silentLog,
  });
  t.after(async () => remover.stop());
  remover.resume();
  await remover.idle();
  assert.equal(clock.waitingCount, 1);
  clock.advance(200);
  await remover.idle();
  assert.equal(clock.waitingCount, 1);
  isReadable = true;
  clock.advance(400);
  await remover.idle();
  assert.equal(clock.waitingCount, 0);
  assert.ok(!holdsMarker(path));
});

test("a database too large to be rewritten is marked as one that may hold fragments, until a vacuum", async (t) => {
  const { path, remover } = await openPlace(t);
  runSql(
    path,
    `insert into sessions (id, title, created_at, updated_at) values ('k', 'kept', 1, 1);
     insert into files (id, session_id, path, content, created_at, updated_at)
       values ('large', 'k', '/large', hex(zeroblob(33000000)), 1, 1)`,
  );
  assert.deepEqual(await remover.remove(), { sessions: 0, inLog: 0 });
  const marks = (): number => querySql(path, "select id from x_fragment").length;
  assert.equal(marks(), 1);
  await runDatabaseTask({ kind: "vacuum", path });
  assert.equal(marks(), 0);
});
