/** The list of sessions is kept between readings, and is at each time as it would be read anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "../../src/app/app.ts";
import { openAppPlace } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const shown = (app: App): string[] => app.listSessions().map(({ session }) => session.title);

test("the list follows what is done here and what other programs commit", async (t) => {
  const place = await openAppPlace(t, { titles: [{ kind: "auth", message: "no", isRetryable: false }] });
  const { app } = place;
  const one = await app.createSession({ title: "one" });
  const two = await app.createSession({ title: "two" });
  assert.deepEqual(shown(app), ["two", "one"]);
  await app.renameSession(one.id, "first");
  assert.deepEqual(shown(app).toSorted(), ["first", "two"]);
  await place.say(two.id, "hello");
  const [newest] = app.listSessions();
  assert.equal(newest?.session.title, "two");
  assert.equal(newest?.figures.messageCount, 2);
  assert.equal(newest?.figures.tokens, 110);
  await app.deleteSession(one.id);
  assert.deepEqual(shown(app), ["two"]);
  runSql(place.databasePath, `update sessions set title = 'renamed elsewhere' where id = '${two.id}'`);
  assert.deepEqual(shown(app), ["renamed elsewhere"]);
  const many = await Promise.all(
    Array.from({ length: 150 }, async (_, index) => app.createSession({ title: `${index}` })),
  );
  assert.equal(shown(app).length, many.length + 1);
  const kept = app.listSessions();
  await place.close();
  const anew = (await place.open()).listSessions();
  assert.deepEqual(kept, anew);
});
