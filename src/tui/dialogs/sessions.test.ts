import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { SessionId } from "../../schema/ids.ts";

async function withSessions(t: TestContext): Promise<{ running: ScreenProgram; ids: SessionId[]; app: FakeApp }> {
  const app = new FakeApp();
  const ids = ["Anvil", "Bellows", "Coal", "Draft"].map((title) => app.addSession(title));
  const [first] = ids;
  assert.ok(first !== undefined);
  const running = await startScreenProgram(t, { app, sessionId: first });
  await running.press("ctrl+s");
  return { running, ids, app };
}

function chosenRow(running: ScreenProgram): string {
  return running.rows.find((row) => row.includes("│ ›")) ?? "";
}

test("the list begins at the open session, wraps, and opens with enter or tab", async (t) => {
  const { running, ids } = await withSessions(t);
  assert.match(chosenRow(running), /Anvil \(open\)/);
  await running.press("up");
  assert.match(chosenRow(running), /Draft/);
  await running.press("ctrl+n", "ctrl+n");
  assert.match(chosenRow(running), /Bellows/);
  await running.press("tab");
  assert.equal(running.program.state.session?.id, ids[1]);
  assert.equal(running.screen.titles.at(-1), "crush: ready – Bellows");
});

test("typing filters by title and id", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.type("coal");
  assert.match(running.text, /Sessions \(1 of 4\)/);
  assert.match(chosenRow(running), /Coal/);
  await running.press("ctrl+u");
  const [, , , fourth] = ids;
  assert.ok(fourth !== undefined);
  await running.type(app.shortId(fourth).slice(0, 7));
  assert.match(chosenRow(running), /Draft/);
  await running.type("zzz");
  assert.match(running.text, /no session matches/);
  await running.press("enter");
  assert.equal(running.program.state.dialogs.length, 1);
});

test("renaming in place keeps the cursor and takes no empty title", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down", "ctrl+r", "ctrl+u", "enter");
  assert.match(running.text, /a title needs at least one character/);
  await running.type("Bigger bellows");
  await running.press("enter");
  assert.ok(app.calls.includes(`renameSession(${ids[1]}, Bigger bellows)`));
  assert.match(chosenRow(running), /Bigger bellows/);
});

test("deleting says what goes, needs y, and leaves the cursor at the same place", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down", "ctrl+x");
  assert.match(running.text, /Delete “Bellows”\?/);
  await running.press("escape");
  assert.ok(!app.calls.some((call) => call.startsWith("deleteSession")));
  await running.press("ctrl+x", "y");
  await running.advance(55);
  assert.ok(app.calls.includes(`deleteSession(${ids[1]})`));
  assert.match(chosenRow(running), /Coal/);
});

test("deleting the open session shows its neighbour first", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("ctrl+x", "y");
  await running.advance(55);
  assert.ok(app.calls.includes(`deleteSession(${ids[0]})`));
  assert.equal(running.program.state.session?.id, ids[1]);
  assert.equal(running.program.state.notices.length, 0);
});

test("deleting the last session makes a new one", async (t) => {
  const app = new FakeApp();
  const only = app.addSession("Only");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+s", "ctrl+x", "y");
  await running.advance(55);
  assert.ok(app.calls.includes(`deleteSession(${only})`));
  assert.notEqual(running.program.state.session?.id, only);
});

test("a session deleted elsewhere is left for a new one", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Gone soon");
  const running = await startScreenProgram(t, { app });
  await app.deleteSession(id);
  await running.advance(55);
  assert.notEqual(running.program.state.session?.id, id);
  assert.match(running.text, /This session was deleted/);
});

test("ctrl+t makes a new session; the mouse chooses, and opens what is chosen", async (t) => {
  const { running, ids } = await withSessions(t);
  const row = running.rows.findIndex((text) => text.includes("Coal"));
  await running.mouse("press", { row, column: 10 });
  assert.match(chosenRow(running), /Coal/);
  await running.mouse("press", { row, column: 10 });
  assert.equal(running.program.state.session?.id, ids[2]);
  await running.press("ctrl+s", "ctrl+t");
  assert.equal(running.program.state.session?.details.session.title, "New Session");
});

test("of ten thousand sessions only those on the screen are drawn", async (t) => {
  const app = new FakeApp();
  for (let index = 0; index < 10_000; index += 1) app.addSession(`Session number ${index} about the forge`);
  const running = await startScreenProgram(t, { app, sessionId: app.lastSession().id });
  await running.press("ctrl+s");
  await running.type("99");
  assert.match(running.text, /Sessions \(\d+ of 10000\)/);
  assert.equal(running.rows.filter((row) => row.includes("Session number")).length, 17);
});
