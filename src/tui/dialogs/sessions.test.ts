import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeConfig } from "../../../test/harness/fake-facts.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { SessionId } from "../../schema/ids.ts";

async function withSessions(t: TestContext): Promise<{ running: ScreenProgram; ids: SessionId[]; app: FakeApp }> {
  const { surroundings } = fakeConfig();
  const app = new FakeApp({ config: { surroundings: { ...surroundings, calledAs: "crush-ts" } } });
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

test("the list begins at the open session, wraps, and opens with enter", async (t) => {
  const { running, ids } = await withSessions(t);
  assert.match(chosenRow(running), /Anvil \(open\)/);
  await running.press("up");
  assert.match(chosenRow(running), /Draft/);
  await running.press("ctrl+n", "ctrl+n");
  assert.match(chosenRow(running), /Bellows/);
  await running.press("enter");
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

test("words that every object of the language knows are words like others", async (t) => {
  const { running } = await withSessions(t);
  await running.type("constructor:");
  assert.match(running.text, /no session matches/);
  await running.press("ctrl+u");
  await running.type("is:constructor");
  assert.match(running.text, /Anvil[\s\S]*Draft/, "it makes no sense (yet) and filters nothing");
});

test("a database that has grown large is told of, an ordinary one is not", async (t) => {
  const { running, app } = await withSessions(t);
  assert.doesNotMatch(running.text, /database/u);
  app.backups.sizeBytes = 1_240_000_000;
  await running.press("escape", "ctrl+s");
  assert.match(running.text, /The database has grown to 1\.2 GB: `crush-ts doctor` shows what fills it/u);
});

test("renaming in place keeps the cursor and takes no empty title", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down", "ctrl+r", "ctrl+u", "enter");
  assert.match(running.text, /a title needs at least one character/);
  await running.type("Bigger bellows");
  await running.press("enter");
  await running.advance(55);
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
  await running.mouse("press", { row, column: 10, clicks: 2 });
  assert.equal(running.program.state.session?.id, ids[2]);
  await running.press("ctrl+s", "ctrl+t");
  assert.equal(running.program.state.session?.details.session.title, "New Session");
});

test("of ten thousand sessions only those on the screen are drawn", async (t) => {
  const app = new FakeApp();
  for (let index = 0; index < 10_000; index += 1) app.addSession(`Session number ${index} about the forge`);
  const running = await startScreenProgram(t, { app, sessionId: app.lastSession().id });
  await running.press("ctrl+s");
  assert.match(running.text, /Sessions \(200\+\)/, "the newest are there at once");
  await running.advance(35);
  assert.match(running.text, /Sessions \(10000\)/);
  await running.type("99");
  assert.match(running.text, /Sessions \(\d+ of 10000\)/);
  assert.equal(running.rows.filter((row) => row.includes("Session number")).length, 17);
});

const calls = (app: FakeApp, name: string): string[] => app.calls.filter((call) => call.startsWith(name));

test("pins stand first under their heading, the others by day", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down", "down", "alt+p");
  await running.advance(55);
  assert.deepEqual(calls(app, "pin"), [`pin(${String(ids[2])})`]);
  assert.match(running.text, /Pinned.*\n.*Coal.*\n.*Today.*\n.*Anvil.*\n.*Bellows/u);
  assert.match(chosenRow(running), /Coal/u, "the cursor went with its session");
  await running.press("alt+p");
  await running.advance(55);
  assert.doesNotMatch(running.text, /│ Pinned/u);
  await running.press("ctrl+z");
  await running.advance(55);
  assert.match(running.text, /Pinned.*\n.*Coal/u, "taken back");
});

test("marked sessions are archived together, the cursor stays near, ctrl+z brings them back", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down", "space", "space");
  assert.match(running.text, /Sessions \(4, 2 marked\)/u);
  await running.press("alt+v");
  await running.advance(55);
  assert.deepEqual(calls(app, "archive"), [`archive(${String(ids[1])}, ${String(ids[2])})`]);
  assert.match(running.text, /Sessions \(2\)/u);
  assert.match(chosenRow(running), /Draft/u);
  assert.match(running.text, /ctrl\+z undo: 2 sessions archived/u);
  await running.type("is:archived");
  assert.match(running.text, /Bellows \(archived\)/u);
  await running.press("ctrl+z");
  await running.press("ctrl+u");
  await running.advance(55);
  assert.match(running.text, /Sessions \(4\)/u);
  await running.press("escape");
  assert.match(running.text, /2 sessions unarchived/u);
  assert.doesNotMatch(running.text, /2 sessions archived/u, "that is so no more");
});

test("tags are set and taken away, shown, and found by typing", async (t) => {
  const { running, app } = await withSessions(t);
  await running.press("down", "alt+t");
  await running.type("forge -old");
  await running.press("enter");
  await running.advance(55);
  assert.deepEqual(calls(app, "tag forge").length, 1);
  assert.deepEqual(calls(app, "untag old").length, 1);
  assert.match(chosenRow(running), /Bellows #forge/u);
  await running.type("forg");
  assert.match(running.text, /Sessions \(1 of 4\)/u);
  await running.press("ctrl+u");
  await running.type("tag:forge");
  assert.match(running.text, /Sessions \(1 of 4\)/u);
});

test("a field of tags says that each is one word, and which come of what is typed", async (t) => {
  const { running, app } = await withSessions(t);
  await running.press("down", "alt+t");
  assert.match(running.text, /One word each, separated by blanks or commas *│/u);
  await running.type("my tag, zwei -old");
  assert.match(running.text, /One word each, separated by blanks or commas: #my #tag #zwei, without #old/u);
  await running.press("enter");
  await running.advance(55);
  assert.equal(calls(app, "tag my tag zwei").length, 1);
});

test("a long title leaves room for tags, which are cut where they need more", async (t) => {
  const app = new FakeApp();
  const long = app.addSession("A title that is so long that it takes all of the room that there is for it");
  const short = app.addSession("Short");
  for (const id of [long, short]) app.organise.tags.set(id, ["forge", "iron", "needs-review"]);
  const running = await startScreenProgram(t, { app, size: { columns: 120, rows: 40 } });
  await running.press("ctrl+s");
  await running.advance(55);
  assert.match(running.text, /A title that is s[^│#]*… #forge #[ir…][^│]*…/u);
  assert.match(running.text, /Short #forge #iron/u);
});

test("undo of tagging gives each session exactly the tags that it had", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, second, third] = ids;
  assert.ok(second !== undefined && third !== undefined);
  app.organise.tags.set(second, ["forge", "iron"]);
  app.organise.tags.set(third, ["old"]);
  app.measure(third, {});
  await running.advance(55);
  await running.press("down", "space", "space", "alt+t");
  await running.type("forge new -old -none");
  await running.press("enter");
  await running.advance(55);
  assert.deepEqual(
    [...app.organise.tags.values()],
    [
      ["forge", "iron", "new"],
      ["forge", "new"],
    ],
  );
  assert.match(running.text, /ctrl\+z undo: 2 sessions tagged/u);
  await running.press("ctrl+z");
  await running.advance(55);
  assert.deepEqual([...app.organise.tags.values()], [["forge", "iron"], ["old"]]);
});

test("qualifiers narrow the list, and one that makes no sense yet says how they look", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, second, third] = ids;
  assert.ok(second !== undefined && third !== undefined);
  app.figures.set(second, { costUsd: 2.5, isCostPartial: true, branch: "fix/dates", tokens: 10 });
  app.figures.set(third, { costUsd: 0.5 });
  app.measure(third, {}, { createdAt: 1_000_000, updatedAt: 1_000_000 });
  await running.advance(55);
  const cases: readonly (readonly [string, RegExp])[] = [
    ["cost:>1", /Sessions \(1 of 4\)[^]*Bellows.*≥\$2\.50/u],
    ["branch:dates", /Sessions \(1 of 4\)[^]*Bellows/u],
    ["before:2000", /Sessions \(1 of 4\)[^]*January 1970[^]*Coal/u],
    ["after:2000-01-01 dr", /Sessions \(1 of 4\)[^]*Draft/u],
    ["is:idle", /Sessions \(4\)/u],
    ["is:running", /no session matches/u],
    ["is:nonsense xxxx", /is:nonsense is left out: there are is:running/u],
    ["is:nonsense", /Sessions \(4\)[^]*is:nonsense is left out[^]*Bellows/u],
    ["brnch:fix", /brnch:fix was looked for as text: there is no brnch:, but branch:[^]*no session matches/u],
  ];
  for (const [query, expected] of cases) {
    await running.type(query);
    assert.match(running.text, expected, query);
    await running.press("ctrl+u");
  }
});

test("a title that changed meanwhile is shown before it is replaced", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, id] = ids;
  assert.ok(id !== undefined);
  await running.press("down", "ctrl+r");
  await running.type(" of old");
  app.measure(id, {}, { title: "Given elsewhere" });
  await running.advance(55);
  await running.press("enter");
  assert.deepEqual(calls(app, "renameSession"), []);
  assert.match(running.text, /The title was changed meanwhile, to “Given elsewhere”/u);
  await running.press("enter");
  assert.deepEqual(calls(app, "renameSession"), [`renameSession(${id}, Bellows of old)`]);
});

test("keys that come before the list is shown again do not act on a row that nobody saw", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down");
  const [, second] = ids;
  assert.ok(second !== undefined);
  const items = app.listSessions().filter(({ session }) => session.id !== second);
  running.program.dispatch({ type: "sessions-read", items, isPartial: false, databaseBytes: 0 });
  for (const key of ["ctrl+x", "alt+v", "enter"]) running.send(key);
  await running.advance(55);
  assert.deepEqual([...calls(app, "deleteSession"), ...calls(app, "archive")], []);
  assert.equal(running.program.state.dialogs.length, 1);
  assert.match(running.text, /the list has just changed: look again/u);
  assert.match(chosenRow(running), /Coal/u);
  await running.press("ctrl+x", "y");
  assert.equal(calls(app, "deleteSession").length, 1, "once it was seen, it can be deleted");
});

test("several marked sessions are deleted after a question that counts what goes", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("space", "space", "ctrl+x");
  assert.match(running.text, /Delete 2 sessions: “Anvil”, “Bellows”\?/u);
  await running.press("y");
  await running.advance(55);
  assert.deepEqual(calls(app, "deleteSession"), [
    `deleteSession(${String(ids[0])})`,
    `deleteSession(${String(ids[1])})`,
  ]);
  assert.equal(running.program.state.session?.id, ids[2]);
});

test("fork, copy the id, open in the background: the list stays", async (t) => {
  const { running, app, ids } = await withSessions(t);
  await running.press("down", "ctrl+f");
  assert.deepEqual(calls(app, "fork"), [`fork(${String(ids[1])}, {})`]);
  await running.advance(55);
  assert.match(running.text, /Bellows \(fork\)/u);
  await running.press("ctrl+y");
  assert.deepEqual(running.screen.clipboard, [ids[1]]);
  await running.press("ctrl+o");
  assert.equal(running.program.state.desks[String(ids[1])]?.title, "Bellows");
  assert.equal(running.program.state.session?.id, ids[0]);
  assert.equal(running.program.state.dialogs.length, 1);
  assert.match(running.text, /1 session opened in the background[^]*alt\+2 leads there/u);
  await running.press("escape", "alt+2");
  assert.equal(running.program.state.session?.id, ids[1], "it has a number like those that were shown");
});

test("children stand under their parent, open, and can only be read", async (t) => {
  const { running, app, ids } = await withSessions(t);
  const [, parent] = ids;
  assert.ok(parent !== undefined);
  const child = app.addSession("Look for rust", { parentSessionId: parent });
  app.figures.set(parent, { childCount: 1 });
  app.measure(parent, {});
  await running.advance(55);
  assert.match(running.text, /Bellows ▸1/u);
  await running.press("down", "ctrl+b");
  assert.match(running.text, /Bellows ▾1.*\n.*└ Look for rust/u);
  await running.press("down", "enter");
  assert.equal(running.program.state.session?.id, child);
  await running.type("hello");
  await running.press("enter");
  assert.deepEqual(app.prompts, []);
  assert.match(running.text, /it can only be read/u);
  await running.press("ctrl+u");
  await running.type("!touch x");
  await running.press("enter");
  assert.deepEqual(calls(app, "runShellCommand"), [], "nor can a command be run in it");
});

test("/fork goes on in a copy; at a prompt in focus the copy ends before it", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const prompt = app.addMessage(id, "user", [{ type: "text", text: "Mend it" }]);
  const running = await startScreenProgram(t, { app, sessionId: id });
  await running.type(" /fork");
  await running.press("enter");
  assert.match(running.program.state.session?.details.session.title ?? "", /Anvil \(fork\)/u);
  await running.press("ctrl+s", "down", "enter");
  await running.press("tab", "K", "tab");
  await running.type(" /fork-here");
  await running.press("enter");
  assert.deepEqual(calls(app, "fork").slice(1), [`fork(${id}, ${JSON.stringify({ before: prompt.id })})`]);
});
