/** How sessions are looked at, and what is attached to their drafts. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { isModelProblem } from "../../src/app/app.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { BinaryPart } from "../../src/schema/message.ts";
import { openAppPlace } from "../harness/app-place.ts";

const part = (name: string, size = 10): BinaryPart => ({
  type: "binary",
  path: name,
  mimeType: "text/plain",
  data: Buffer.alloc(size, name).toString("base64"),
});

test("a view survives the program and changes nothing of the session's row", async (t) => {
  const place = await openAppPlace(t);
  const session = await place.app.createSession();
  await place.say(session.id, "hello");
  const before = place.query("select * from sessions");
  await place.app.views.save(session.id, "as it was left", null);
  assert.deepEqual(place.query("select * from sessions"), before);
  await place.close();
  const app = await place.open();
  assert.equal(app.views.read(session.id), "as it was left");
  assert.deepEqual(app.views.recent(9), [{ id: session.id, title: "A fitting title" }]);
  assert.equal(app.views.title(session.id), "A fitting title");
  await app.deleteSession(session.id);
  assert.deepEqual([app.views.read(session.id), app.views.recent(9), app.views.title(session.id)], [null, [], ""]);
});

test("a view makes no row of a session that has none, and none of a session that is gone", async (t) => {
  const place = await openAppPlace(t);
  await place.app.createSession({ title: "kept" });
  const shown = await place.app.openStartSession();
  await place.app.views.save(shown.id, "view", [shown.id]);
  assert.equal(place.query("select id from sessions").length, 1);
});

test("number keys survive the program; null leaves them, a session that is gone or never stored has none", async (t) => {
  const place = await openAppPlace(t);
  const ids: SessionId[] = [];
  for (const title of ["one", "two", "three"]) ids.push((await place.app.createSession({ title })).id);
  const [one, two, three] = ids as [SessionId, SessionId, SessionId];
  const { id: unsaved } = await place.app.openStartSession();
  await place.app.views.save(one, "view", [three, null, one, unsaved]);
  await place.app.views.save(two, "view", null);
  await place.close();
  const app = await place.open();
  const titles = (): unknown[] => app.views.numbered().map((session) => session?.title ?? null);
  assert.deepEqual(titles(), ["three", null, "one"]);
  await app.deleteSession(three);
  assert.deepEqual(titles(), [null, null, "one"]);
  await app.views.save(one, "view", [two, one]);
  assert.deepEqual(titles(), ["two", "one"]);
});

test("attachments of a draft come back in their order; those that stay are not written again", async (t) => {
  const place = await openAppPlace(t);
  const { views } = place.app;
  const session = await place.app.createSession();
  const [one, two, three] = [part("one"), part("two", 3_000_000), part("three")];
  await views.saveAttachments(session.id, [one, two, three]);
  const ids = place.query("select id, path from x_attachment order by position");
  await views.saveAttachments(session.id, [three, two]);
  assert.deepEqual(place.query("select id, path from x_attachment order by position"), [ids[2], ids[1]]);
  assert.deepEqual(views.attachments(session.id), [three, two]);
  await place.app.leaveSession(session.id);
  assert.equal(place.query("select id from sessions").length, 1, "a session with attachments has a draft");
});

test("the prompt takes its draft and attachments with it; one from elsewhere leaves them", async (t) => {
  const place = await openAppPlace(t);
  const { app } = place;
  const session = await app.createSession();
  const kept = async (): Promise<void> => {
    await app.saveDraft(session.id, "half a thought");
    await app.views.saveAttachments(session.id, [part("one")]);
  };
  await kept();
  await app.sendPrompt(session.id, { text: "from the queue", attachments: [] });
  assert.equal(app.readDraft(session.id), "half a thought");
  assert.equal(app.views.attachments(session.id).length, 1);
  await app.sendPrompt(session.id, { text: "half a thought", attachments: [part("one")], isDraft: true });
  assert.equal(app.readDraft(session.id), "");
  assert.deepEqual(app.views.attachments(session.id), []);
  await app.finishTitles();
});

test("opening sessions and switching between them changes no setting and no session's row", async (t) => {
  const place = await openAppPlace(t);
  const { app } = place;
  const sessions = [await app.createSession({ title: "one" }), await app.createSession({ title: "two" })];
  const [first, second] = sessions.map(({ id }) => id);
  assert.ok(first !== undefined && second !== undefined);
  await app.chooseModel(second, { provider: "test", model: "small" });
  const before = [readTree(place.place.home), place.query("select * from sessions")];
  for (const id of [first, second, first]) {
    app.openSession(id);
    await app.views.save(id, "looked at", null);
    await app.leaveSession(id);
  }
  assert.deepEqual([readTree(place.place.home), place.query("select * from sessions")], before);
  const [one, two] = [app.sessionModel(first), app.sessionModel(second)];
  assert.ok(!isModelProblem(one) && !isModelProblem(two));
  assert.deepEqual([one.choice.model, two.choice.model], ["big", "small"]);
});

/** Every file below the folder with its content. */
function readTree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => `${file}: ${readFileSync(file, "utf8")}`);
}
