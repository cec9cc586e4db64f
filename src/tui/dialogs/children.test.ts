import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeHit } from "../../../test/harness/fake-hit.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { SessionId } from "../../schema/ids.ts";

type Family = Record<"first" | "parent" | "child" | "grandchild" | "sibling" | "last", SessionId>;

/** A list of three sessions, the second one's children unfolded: Child, its own Grandchild, and Sibling. */
async function withFamily(t: TestContext): Promise<{ running: ScreenProgram; ids: Family; app: FakeApp }> {
  const app = new FakeApp();
  const first = app.addSession("First");
  const parent = app.addSession("Parent");
  const last = app.addSession("Last");
  const child = app.addSession("Child", { parentSessionId: parent });
  const grandchild = app.addSession("Grandchild", { parentSessionId: child });
  const sibling = app.addSession("Sibling", { parentSessionId: parent });
  app.figures.set(parent, { childCount: 3 });
  const running = await startScreenProgram(t, { app, sessionId: first });
  await running.press("ctrl+s", "down", "ctrl+b");
  assert.match(running.text, /Parent ▾3.*\n.*└ Child.*\n.*└ Grandchild.*\n.*└ Sibling.*\n.*Last/u);
  return { running, ids: { first, parent, child, grandchild, sibling, last }, app };
}

const calls = (app: FakeApp, name: string): string[] => app.calls.filter((call) => call.startsWith(name));

test("a child is marked, further rows too, and what is done is done to all of them", async (t) => {
  const { running, app, ids } = await withFamily(t);
  await running.press("down", "space");
  assert.match(running.text, /1 marked/u);
  await running.press("ctrl+y");
  assert.deepEqual(running.screen.clipboard, [ids.child]);
  await running.press("down", "down", "space");
  assert.match(running.text, /2 marked/u);
  app.measure(ids.first, {});
  await running.advance(55);
  assert.match(running.text, /2 marked/u, "the marks outlast a change of the list");
  await running.press("ctrl+x", "y");
  await running.advance(55);
  assert.deepEqual(calls(app, "deleteSession"), [`deleteSession(${ids.child})`, `deleteSession(${ids.last})`]);
  assert.doesNotMatch(running.text, /marked/u);
});

test("of a session and what is below it only the first is deleted", async (t) => {
  const { running, app, ids } = await withFamily(t);
  await running.press("down", "space", "space", "up", "up", "up", "space", "down", "down", "down", "space");
  assert.match(running.text, /4 marked/u);
  await running.press("ctrl+x", "y");
  assert.deepEqual(calls(app, "deleteSession"), [`deleteSession(${ids.parent})`, `deleteSession(${ids.last})`]);
});

test("folding takes the marks of the children away", async (t) => {
  const { running } = await withFamily(t);
  await running.press("down", "space", "up", "up", "ctrl+b");
  assert.doesNotMatch(running.text, /└|marked/u);
});

test("unfolded children follow what happens: titles, states, new ones, and those that go", async (t) => {
  const { running, app, ids } = await withFamily(t);
  app.measure(ids.child, {}, { title: "Renamed elsewhere" });
  await running.advance(55);
  assert.match(running.text, /└ Renamed elsewhere/u);
  await running.press("down", "ctrl+r", "ctrl+u");
  await running.type("Named here");
  await running.press("enter");
  await running.advance(55);
  assert.match(running.text, /└ Named here/u);
  app.addSession("Newcomer", { parentSessionId: ids.parent });
  await app.deleteSession(ids.grandchild);
  await running.advance(55);
  assert.match(running.text, /└ Newcomer/u);
  assert.doesNotMatch(running.text, /Grandchild/u);
  for (const id of [ids.child, ids.sibling]) await app.deleteSession(id);
  await app.deleteSession(ids.parent);
  await running.advance(55);
  assert.match(running.text, /Sessions \(2\)/u);
  assert.doesNotMatch(running.text, /└/u, "they go with their parent");
});

test("the title counts sessions, and no children among what was said", async (t) => {
  const { running } = await withFamily(t);
  await running.type("paren");
  assert.match(running.text, /└ Child/u);
  assert.match(running.text, /Sessions \(1 of 3\)/u);
});

test("sessions below others are found by their titles, counted apart from what was said, and opened", async (t) => {
  const { running, app, ids } = await withFamily(t);
  const { title } = app.findSession(ids.grandchild);
  app.search.hits = [
    fakeHit(app, ids.first, { field: "title", snippet: "First" }),
    fakeHit(app, ids.grandchild, { field: "title", snippet: title, ranges: [{ start: 0, end: 5 }], isChild: true }),
    fakeHit(app, ids.last, { snippet: "a grand plan" }),
  ];
  app.search.isComplete = false;
  await running.type("grand");
  assert.match(running.text, /Sessions \(0 of 3, 1 below them, 1\+ places where it was said\)/u);
  assert.match(running.text, /Below other sessions.*\n.*Grandchild .*\n.*What was said.*\n.*a grand plan/u);
  await running.press("ctrl+r");
  await running.type("!");
  await running.press("enter");
  assert.deepEqual(calls(app, "renameSession"), [`renameSession(${ids.grandchild}, Grandchild!)`]);
  await running.press("enter");
  assert.equal(running.program.state.session?.id, ids.grandchild);
});

test("where more was said than is listed, the title says so", async (t) => {
  const { running, app, ids } = await withFamily(t);
  app.search.hits = [fakeHit(app, ids.first, { snippet: "a plan" })];
  await running.type("plan");
  assert.match(running.text, /Sessions \(0 of 3, 1 place where it was said\)/u);
});
