/** Sorting sessions: pins, tags, the archive. What moves in the list, and what stays as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionId } from "../../src/schema/ids.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";
import { assertStrict } from "../harness/strict-reader.ts";

/** Three conversations of long ago, so that a change of their time would be seen. */
async function openThree(place: AppPlace): Promise<readonly [SessionId, SessionId, SessionId]> {
  const ids: SessionId[] = [];
  for (const title of ["one", "two", "three"]) {
    const session = await place.app.createSession({ title });
    await place.say(session.id, `about ${title}`);
    ids.push(session.id);
  }
  runSql(
    place.databasePath,
    `drop trigger update_sessions_updated_at; update sessions set updated_at = 1000 + rowid;
     create trigger update_sessions_updated_at after update on sessions begin
       update sessions set updated_at = strftime('%s', 'now') where id = new.id; end`,
  );
  return ids as [SessionId, SessionId, SessionId];
}

function columns(place: AppPlace): unknown {
  return place.query("select * from sessions order by id");
}

function titles(place: AppPlace, archived?: "hidden" | "shown" | "only"): string[] {
  return place.app.listSessions(archived === undefined ? {} : { archived }).map(({ session }) => session.title);
}

test("pins, tags and the archive change nothing of Crush's, not even the time", async (t) => {
  const place = await openAppPlace(t);
  const [one, two, three] = await openThree(place);
  const { organise } = place.app;
  const before = columns(place);
  assert.deepEqual(await organise.pin([one, two]), [one, two]);
  assert.deepEqual(await organise.pin([two, three]), [three], "what was so already is not named");
  assert.deepEqual(await organise.unpin([two]), [two]);
  assert.deepEqual(await organise.tag([one, three], ["#Parser", "needs-review"]), [one, three]);
  assert.deepEqual(await organise.untag([one], ["parser"]), [one]);
  assert.deepEqual(await organise.archive([two]), [two]);
  assert.deepEqual(columns(place), before);
  assert.deepEqual(titles(place), ["three", "one"]);
  assert.deepEqual(titles(place, "shown"), ["three", "two", "one"]);
  assert.deepEqual(titles(place, "only"), ["two"]);
  assert.deepEqual(
    place.app.listSessions({ archived: "shown" }).map(({ isPinned, isArchived, tags }) => [isPinned, isArchived, tags]),
    [
      [true, false, ["needs-review", "parser"]],
      [false, true, []],
      [true, false, ["needs-review"]],
    ],
  );
  assert.deepEqual(organise.listTags(), ["needs-review", "parser"]);
  assert.deepEqual(await organise.unarchive([two]), [two]);
  assert.deepEqual(titles(place), ["three", "two", "one"]);
  await place.close();
  await place.open();
  assert.deepEqual(place.app.organise.tagsOf(three), ["needs-review", "parser"]);
  assertStrict(place.databasePath);
});

test("each change is told to who watches, and only where there was one", async (t) => {
  const place = await openAppPlace(t);
  const [one, two] = await openThree(place);
  place.events.length = 0;
  await place.app.organise.pin([one, two]);
  await place.app.organise.pin([one]);
  await place.app.organise.tag([two], ["x"]);
  assert.deepEqual(place.events, [
    { type: "session-updated", sessionId: one },
    { type: "session-updated", sessionId: two },
    { type: "session-updated", sessionId: two },
  ]);
});

test("all or none: one session that is gone, or one word that is no tag, and nothing is changed", async (t) => {
  const place = await openAppPlace(t);
  const [one, two] = await openThree(place);
  await place.app.deleteSession(two);
  await assert.rejects(place.app.organise.pin([one, two]), { code: "session-not-found" });
  assert.ok(place.app.listSessions().every(({ isPinned }) => !isPinned));
  for (const word of ["", "#", "two words", "a:b", "a,b", '"', "x".repeat(41), "a\u0007"]) {
    await assert.rejects(place.app.organise.tag([one], ["fine", word]), { code: "usage" }, JSON.stringify(word));
  }
  assert.deepEqual(place.app.organise.tagsOf(one), []);
});

test("an empty session that was sorted is kept when it is left, and is not what a start opens", async (t) => {
  const place = await openAppPlace(t);
  const [one] = await openThree(place);
  const { app } = place;
  for (const sort of ["pin", "archive"] as const) {
    const empty = await app.openStartSession();
    await app.organise[sort]([empty.id]);
    await app.leaveSession(empty.id);
    assert.equal(app.showSession(empty.id).session.id, empty.id, sort);
    assert.notEqual((await app.openStartSession()).id, empty.id, sort);
  }
  const tagged = await app.createSession();
  await app.organise.tag([tagged.id], ["later"]);
  await app.leaveSession(tagged.id);
  assert.deepEqual(app.organise.tagsOf(tagged.id), ["later"]);
  await app.deleteSession(tagged.id);
  assert.deepEqual(place.query("select tag from x_session_tag"), []);
  assert.equal(app.lastSession().title.length > 0 && one.length > 0, true);
});
