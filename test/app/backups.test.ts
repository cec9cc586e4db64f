import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { must } from "../../src/lib/assert.ts";
import { asSessionId } from "../../src/schema/ids.ts";
import { type AppPlace, openAppPlace, scriptedSettings } from "../harness/app-place.ts";
import { querySql, runSql, SettableClock } from "../harness/open-test-store.ts";

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.now();

/** Something is said after each backup, so that there is a reason for the next. */
async function dayPasses(place: AppPlace, clock: SettableClock): Promise<void> {
  clock.advance(dayMs + 1000);
  const session = await place.app.createSession();
  await place.say(session.id, "hello");
  const later = new Date(clock.nowMs());
  utimesSync(place.databasePath, later, later);
}

test("a day's backup is made once, of a database in use, and holds its sessions", async (t) => {
  const clock = new SettableClock(start);
  const place = await openAppPlace(t, { clock });
  assert.equal(await place.app.backups.keepDaily(), "empty");
  const session = await place.app.createSession();
  await place.say(session.id, "hello");
  assert.equal(place.app.backups.databaseBytes(), statSync(place.databasePath).size);
  assert.equal(await place.app.backups.keepDaily({ sizeBytesMax: 10 }), "large");
  assert.equal(await place.app.backups.keepDaily(), "made");
  assert.equal(await place.app.backups.keepDaily(), "recent");
  const [backup] = place.app.backups.list();
  const file = must(backup, "a backup").path;
  assert.ok(file.startsWith(path.join(place.place.home, ".local/share/crush/backups/project-")));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  assert.deepEqual(querySql(file, "select id from sessions"), [{ id: session.id }]);
  clock.advance(dayMs + 1000);
  for (const written of [place.databasePath, `${place.databasePath}-wal`]) {
    utimesSync(written, new Date(start - 5000), new Date(start - 5000));
  }
  assert.equal(await place.app.backups.keepDaily(), "unchanged");
});

test("as many are kept as config says, and the last of a database that is gone", async (t) => {
  const clock = new SettableClock(start);
  const place = await openAppPlace(t, {
    clock,
    settings: { ...scriptedSettings, options: { backups: { keep: 2 } } },
  });
  const taken: string[] = [];
  const take = async (): Promise<void> => {
    await dayPasses(place, clock);
    assert.equal(await place.app.backups.keepDaily(), "made");
    taken.unshift(must(place.app.backups.list()[0], "a backup").path);
  };
  const kept = (): string[] => place.app.backups.list().map((copy) => copy.path);
  for (let day = 0; day < 3; day += 1) await take();
  assert.deepEqual(kept(), taken.slice(0, 2));
  // The project is emptied, and goes on with a new database.
  runSql(place.databasePath, "update x_schema set applied_at_ms = applied_at_ms + 5 where version = 1");
  for (let day = 0; day < 4; day += 1) await take();
  assert.deepEqual(kept(), [...taken.slice(0, 2), must(taken[4], "the last of the earlier database")]);
});

test("none are made where config says so, and one that fails is told in the log only", async (t) => {
  const place = await openAppPlace(t, { settings: { ...scriptedSettings, options: { backups: { daily: false } } } });
  assert.equal(await place.app.backups.keepDaily(), "off");
  const failing = await openAppPlace(t);
  await failing.say((await failing.app.createSession()).id, "hello");
  writeFileSync(path.join(failing.place.home, ".local/share/crush/backups"), "in the way");
  assert.equal(await failing.app.backups.keepDaily(), "failed");
});

test("copies that hold a session are found, and removed with all that lies beside them", async (t) => {
  const place = await openAppPlace(t);
  const early = await place.app.createSession();
  await place.say(early.id, "early");
  await place.app.backups.keepDaily();
  const late = await place.app.createSession();
  const damaged = path.join(place.place.project, ".crush", "crush.db.damaged-x");
  writeFileSync(damaged, "no database");
  writeFileSync(`${damaged}-wal`, "its log");
  const kinds = (id: string): string[] => place.app.backups.holding([asSessionId(id)]).map(({ kind }) => kind);
  assert.deepEqual(kinds(early.id).toSorted(), ["backup", "set-aside"]);
  assert.deepEqual(kinds(late.id), ["set-aside"]);
  await place.app.backups.remove(place.app.backups.holding([early.id]));
  assert.deepEqual(place.app.backups.list(), []);
  assert.deepEqual([existsSync(damaged), existsSync(`${damaged}-wal`)], [false, false]);
});

test("what was left of a copy that was cut off is named where backups are, and removed with them", async (t) => {
  const place = await openAppPlace(t);
  const session = await place.app.createSession();
  await place.say(session.id, "hello");
  await place.app.backups.keepDaily();
  const backup = must(place.app.backups.list()[0], "a backup").path;
  const data = path.dirname(place.databasePath);
  const left = [
    `${backup}.abcd.part`,
    path.join(data, "crush.db.restoring.abcd.part"),
    path.join(data, "crush.db.before-20.abcd.part"),
    path.join(data, "crush.db.salvaging"),
    path.join(data, "crush.db.salvaged"),
  ];
  renameSync(backup, must(left[0], "a name"));
  for (const file of left.slice(1)) writeFileSync(file, "half");
  const listed = place.app.backups.list();
  assert.deepEqual(listed.map((copy) => copy.path).toSorted(), left.toSorted());
  assert.deepEqual(new Set(listed.map(({ kind }) => kind)), new Set(["partial"]));
  const held = place.app.backups.holding([session.id]);
  assert.equal(held.length, left.length);
  await place.app.backups.remove(held);
  assert.deepEqual(place.app.backups.list(), []);
  assert.deepEqual(
    left.filter((file) => existsSync(file)),
    [],
  );
});

test("what a backup that was cut off left is removed by a later one", async (t) => {
  const place = await openAppPlace(t);
  await place.say((await place.app.createSession()).id, "hello");
  await place.app.backups.keepDaily();
  const directory = path.dirname(must(place.app.backups.list()[0], "a backup").path);
  await place.app.backups.remove(place.app.backups.list());
  mkdirSync(directory, { recursive: true });
  const left = path.join(directory, "2026-01-01T000000Z.db.abcd.part");
  writeFileSync(left, "half");
  utimesSync(left, new Date(0), new Date(0));
  assert.equal(await place.app.backups.keepDaily(), "made");
  assert.equal(readdirSync(directory).includes(path.basename(left)), false);
});

test("one that is stopped in the middle leaves nothing, and is made by the next", async (t) => {
  const place = await openAppPlace(t);
  await place.say((await place.app.createSession()).id, "hello");
  await place.app.backups.keepDaily();
  const directory = path.dirname(must(place.app.backups.list()[0], "a backup").path);
  await place.app.backups.remove(place.app.backups.list());
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  // The thread is at work then, and its answer can't have been taken yet.
  const listen = stop.signal.addEventListener.bind(stop.signal);
  Object.assign(stop.signal, {
    addEventListener: (...listening: Parameters<typeof listen>) => {
      listen(...listening);
      queueMicrotask(() => begun.resolve());
    },
  });
  const outcome = place.app.backups.keepDaily({ signal: stop.signal });
  await begun.promise;
  assert.ok(readdirSync(directory).some((name) => name.includes(".part")));
  stop.abort();
  assert.equal(await outcome, "stopped");
  assert.deepEqual(readdirSync(directory), ["project.json"]);
  assert.equal(await place.app.backups.keepDaily(), "made");
});

test("while another process takes one, none is taken here", async (t) => {
  const place = await openAppPlace(t);
  await place.say((await place.app.createSession()).id, "hello");
  await place.app.backups.keepDaily();
  const copy = must(place.app.backups.list()[0], "a backup").path;
  await place.app.backups.remove(place.app.backups.list());
  writeFileSync(`${copy}.abcd.part`, "half");
  assert.equal(await place.app.backups.keepDaily(), "elsewhere");
});
