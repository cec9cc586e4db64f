import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeHit } from "../../../test/harness/fake-hit.ts";
import { fakeNowSeconds } from "../../../test/harness/fake-facts.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";

test("a session is as old as its last change, or as its beginning where that came later", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil", { createdAt: fakeNowSeconds - 7200, updatedAt: fakeNowSeconds - 3600 });
  app.addSession("A copy of it", { createdAt: fakeNowSeconds, updatedAt: fakeNowSeconds - 3 * 86_400 });
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+s");
  assert.match(running.text, /Anvil .* 1 h /u);
  assert.match(running.text, /A copy of it .* now /u);
});

const headOf = (running: ScreenProgram): string => running.rows.find((row) => /│ +age /u.test(row)) ?? "";

test("columns that no session fills leave their room to titles", async (t) => {
  const app = new FakeApp();
  const title = `Mend the anvil ${"again and ".repeat(5)}again`;
  const id = app.addSession(title);
  for (let index = 0; index < 99; index += 1) app.addSession(`Session ${index}`);
  const running = await startScreenProgram(t, { app, sessionId: id, size: { columns: 120, rows: 40 } });
  await running.press("ctrl+s");
  assert.match(headOf(running), /│ +age msgs model +id +│/u);
  assert.ok(running.text.includes(title));
  app.figures.set(id, { files: { changed: 1, additions: 12, removals: 3 }, branch: "main", tokens: 1200 });
  app.measure(id, {});
  await running.advance(55);
  assert.match(headOf(running), /age msgs tokens +cost +files model +branch +id/u);
  assert.match(running.text, /1\.2k .*\+12 −3 Oak 1 +main /u);
});

test("a narrow list leaves the id to titles, and names no columns over what was said", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Write the README of the forge");
  const running = await startScreenProgram(t, { app, size: { columns: 50, rows: 16 } });
  await running.press("ctrl+s");
  assert.match(running.text, /Write the README of the \S+ +1 min/u);
  assert.match(headOf(running), /│ +age msgs +│/u);
  app.search.hits = [fakeHit(app, id, { snippet: "kept in the dry cellar" })];
  await running.type("cellar");
  assert.equal(headOf(running), "");
  assert.match(running.text, /Write the REA\S+ answer: kept in/u);
});

test("rows of what was said tell their session, what was found is whole, and a session is named once", async (t) => {
  const app = new FakeApp();
  const [first, second] = ["Session number 35 of the forge", "Session number 36 of the forge"].map((title) =>
    app.addSession(title),
  );
  assert.ok(first !== undefined && second !== undefined);
  const before = "and then somebody has to look through all of the ";
  const snippet = `${before}configuration of it, which takes a while`;
  const ranges = [{ start: before.length, end: before.length + "configuration".length }];
  const messages = [first, first, second].map((id) =>
    app.addMessage(id, "assistant", [{ type: "text", text: snippet }]),
  );
  app.search.hits = messages.map(({ id: messageId, sessionId }) =>
    fakeHit(app, sessionId, { messageId, snippet, ranges }),
  );
  app.search.messages = messages.slice(0, 1);
  const running = await startScreenProgram(t, { app, size: { columns: 120, rows: 40 } });
  await running.press("ctrl+s");
  await running.type("configuration");
  const rows = running.rows.filter((row) => row.includes("answer: "));
  assert.equal(rows.length, 3);
  for (const row of rows) assert.match(row, /answer: …(?:\w+ ){0,3}configuration\b/u);
  assert.match(rows[0] ?? "", /Session number 35 of/u);
  assert.match(rows[1] ?? "", /│ {3}└ answer: /u);
  assert.match(rows[2] ?? "", /Session number 36 of/u);
});
