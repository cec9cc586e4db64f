/** What becomes of a session that is left with nothing in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openAppPlace } from "../harness/app-place.ts";

test("left before it had a row there is nothing more to it, unless something was typed or goes on there", async (t) => {
  const place = await openAppPlace(t);
  const { app } = place;
  await place.say((await app.openStartSession()).id, "hello");
  assert.equal(await app.leaveSession((await app.openStartSession()).id), false);
  const drafted = await app.openStartSession();
  await app.saveDraft(drafted.id, "x");
  assert.equal(await app.leaveSession(drafted.id), true);
  const busy = await app.openStartSession();
  const sent = app.sendPrompt(busy.id, { text: "hello", attachments: [] });
  assert.equal(await app.leaveSession(busy.id), true);
  assert.equal((await sent).reason, "end_turn");
  assert.deepEqual(place.query("select count(*) as count from sessions"), [{ count: 3 }]);
});
