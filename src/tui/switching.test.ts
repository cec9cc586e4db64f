import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import { asToolCallId, type SessionId } from "../schema/ids.ts";
import type { PermissionRequest } from "../schema/permission.ts";

type Names = "Anvil" | "Bellows" | "Chisel";

/** Three sessions that were all shown once: Anvil is number 1, Bellows 2, Chisel 3 and on the screen. */
async function opened(t: TestContext): Promise<{ running: ScreenProgram; ids: Readonly<Record<Names, SessionId>> }> {
  const app = new FakeApp();
  const ids = {
    Anvil: app.addSession("Anvil"),
    Bellows: app.addSession("Bellows"),
    Chisel: app.addSession("Chisel"),
  };
  const running = await startScreenProgram(t, { app, sessionId: ids.Anvil, size: { columns: 120, rows: 40 } });
  for (const id of [ids.Bellows, ids.Chisel]) await open(running, id);
  return { running, ids };
}

async function open(running: ScreenProgram, sessionId: SessionId): Promise<void> {
  running.program.dispatch({ type: "command", command: "sessions", argument: "" });
  await running.settle();
  const title = running.app.showSession(sessionId).session.title;
  await running.type(title);
  await running.press("enter");
}

function shown(running: ScreenProgram): string {
  return running.program.state.session?.details.session.title ?? "";
}

function question(sessionId: SessionId, id: string): PermissionRequest {
  return {
    id,
    sessionId,
    toolCallId: asToolCallId(`call-${id}`),
    tool: "bash",
    action: "execute",
    path: "/home/ada/forge",
    command: "rm -rf rust",
    description: `Execute command of ${id}`,
    display: { title: "Bash", subject: "rm", blocks: [] },
  };
}

async function asks(running: ScreenProgram, sessionId: SessionId, id: string): Promise<void> {
  const { app } = running;
  const request = question(sessionId, id);
  const live = { sessionId, startedAtMs: 0, message: null, pendingPermissions: [request], retry: null };
  app.setLive(sessionId, live);
  app.emit({ type: "turn-start", sessionId });
  app.emit({ type: "permission-asked", sessionId, request });
  await running.settle();
}

test("number keys lead to sessions in the order in which they were first shown", async (t) => {
  const { running } = await opened(t);
  await running.press("alt+1");
  assert.equal(shown(running), "Anvil");
  await running.press("alt+2");
  assert.equal(shown(running), "Bellows");
  await running.press("alt+9");
  assert.equal(shown(running), "Bellows");
  assert.match(running.text, /no session has this number/u);
});

test("the cycling key goes back step by step, and to the last one after a while", async (t) => {
  const { running } = await opened(t);
  await running.press("alt+.");
  assert.equal(shown(running), "Bellows");
  await running.press("alt+.");
  assert.equal(shown(running), "Anvil");
  await running.press("alt+,");
  assert.equal(shown(running), "Bellows");
  await running.advance(5000);
  await running.press("alt+.");
  assert.equal(shown(running), "Chisel");
});

test("the palette's word switches by number and by a part of the title", async (t) => {
  const { running } = await opened(t);
  for (const [words, title] of [
    ["1", "Anvil"],
    ["hise", "Chisel"],
  ]) {
    running.program.dispatch({ type: "command", command: "switch-session", argument: words ?? "" });
    await running.settle();
    assert.equal(shown(running), title);
  }
});

test("a click on a row of the sidebar opens its session", async (t) => {
  const { running } = await opened(t);
  const row = running.rows.findIndex((text) => /1 +Anvil/u.test(text));
  assert.ok(row > 0, running.text);
  await running.mouse("press", { row, column: 95 });
  assert.equal(shown(running), "Anvil");
});

test("a question in another session shows in sidebar, status line and title, and one key leads to it", async (t) => {
  const { running, ids } = await opened(t);
  await asks(running, ids.Anvil, "first");
  await running.advance(100);
  assert.match(running.text, /1 \? Anvil/u);
  assert.match(running.rows.at(-2) ?? "", /Anvil asks alt\+a/u);
  assert.equal(running.screen.titles.at(-1), "crush: ready (1 asking) – Chisel");
  await running.press("alt+a");
  assert.equal(shown(running), "Anvil");
  assert.match(running.text, /Permission · Anvil/u);
});

test("from a list that is only looked at the keys lead away, too, and close it", async (t) => {
  const { running, ids } = await opened(t);
  await asks(running, ids.Anvil, "first");
  for (const key of ["ctrl+s", "ctrl+g"]) {
    await running.press(key);
    assert.match(running.rows.at(-2) ?? "", /Anvil asks alt\+a/u);
    await running.press("alt+a");
    assert.equal(shown(running), "Anvil");
    assert.match(running.text, /Permission · Anvil/u);
    assert.doesNotMatch(running.text, /─ (?:Sessions|Help)/u);
    await running.press("alt+2");
    assert.equal(shown(running), "Bellows");
  }
  assert.ok(!running.app.calls.some((call) => call.startsWith("archive")), "nothing was put away");
  await running.press("ctrl+s", "ctrl+n");
  assert.match(running.text, /─ Sessions/u, "the list's own keys come first");
  await running.press("alt+2");
  assert.equal(shown(running), "Bellows");
  assert.doesNotMatch(running.text, /─ Sessions/u, "to the shown session, too");
});

test("while a dialog takes the keys that lead away, none is offered", async (t) => {
  const { running, ids } = await opened(t);
  await asks(running, ids.Anvil, "first");
  await running.press("ctrl+s", "ctrl+r");
  await running.type(" of steel");
  assert.match(running.rows.at(-2) ?? "", /Anvil asks *$/u);
  await running.press("alt+a");
  assert.match(running.text, /New title: .* of steel/u);
  await running.press("escape");
  assert.match(running.rows.at(-2) ?? "", /Anvil asks alt\+a/u);
});

test("questions come before failures, failures before what has finished; what was seen wants nothing more", async (t) => {
  const { running, ids } = await opened(t);
  const done = running.app.addSession("Drill");
  for (const id of [done, ids.Anvil]) running.app.emit({ type: "turn-start", sessionId: id });
  running.app.emit({ type: "turn-end", sessionId: done, reason: "end_turn" });
  running.app.emit({ type: "turn-end", sessionId: ids.Anvil, reason: "error" });
  await asks(running, ids.Bellows, "first");
  const visited: string[] = [];
  for (let step = 0; step < 3; step += 1) {
    await running.press("alt+a");
    visited.push(shown(running));
    running.app.emit({ type: "turn-end", sessionId: ids.Bellows, reason: "canceled" });
  }
  assert.deepEqual(visited, ["Bellows", "Anvil", "Drill"]);
});

test("a half answered question stays with its session: the word being written comes back", async (t) => {
  const { running, ids } = await opened(t);
  await asks(running, ids.Chisel, "first");
  await running.advance(400);
  await running.press("r");
  await running.type("use a vise");
  await running.press("alt+1");
  assert.equal(shown(running), "Anvil");
  assert.doesNotMatch(running.text, /Permission/u);
  await running.type("written here");
  await running.press("alt+3");
  assert.match(running.text, /To the model: use a vise/u);
  await running.advance(400);
  await running.press("enter");
  const answered = running.app.calls.filter((call) => call.startsWith("answerPermission"));
  assert.deepEqual(answered, ['answerPermission(first, {"decision":"deny","message":"use a vise"})']);
});

test("a question that was answered meanwhile does not come back with its session", async (t) => {
  const { running, ids } = await opened(t);
  await asks(running, ids.Chisel, "first");
  await running.press("alt+1");
  running.app.setLive(ids.Chisel, null);
  running.app.emit({ type: "turn-end", sessionId: ids.Chisel, reason: "canceled" });
  await running.press("alt+3");
  assert.equal(shown(running), "Chisel");
  assert.doesNotMatch(running.text, /Permission/u);
});

test("a dialog with words in it stays with its session", async (t) => {
  const { running } = await opened(t);
  running.program.dispatch({ type: "command", command: "rename-session", argument: "" });
  await running.type(" of steel");
  await running.press("alt+1");
  assert.doesNotMatch(running.text, /of steel/u);
  await running.press("alt+3");
  assert.match(running.text, /Chisel of steel/u);
});

test("ctrl+n makes a session whatever runs and asks", async (t) => {
  const { running, ids } = await opened(t);
  for (const [index, id] of Object.values(ids).entries()) await asks(running, id, `question ${index}`);
  await running.press("ctrl+n");
  assert.equal(shown(running), "New Session");
  await running.press("ctrl+n");
  assert.equal(running.app.calls.filter((call) => call.startsWith("createSession")).length, 2);
});

test("the terminal tells of questions and ends only while another window has the focus", async (t) => {
  const { running, ids } = await opened(t);
  await asks(running, ids.Anvil, "seen");
  assert.deepEqual(running.screen.notifications, []);
  running.program.handle({ type: "focus", isFocused: false });
  await asks(running, ids.Bellows, "unseen");
  running.app.emit({ type: "turn-end", sessionId: ids.Anvil, reason: "end_turn" });
  running.app.emit({ type: "turn-end", sessionId: ids.Bellows, reason: "canceled" });
  await running.settle();
  assert.deepEqual(running.screen.notifications, ["Bellows asks: Execute command of unseen", "Anvil has finished"]);
  running.program.handle({ type: "focus", isFocused: true });
  running.app.emit({ type: "turn-end", sessionId: ids.Chisel, reason: "end_turn" });
  assert.equal(running.screen.notifications.length, 2);
});

for (const [notifications, told] of [
  ["bell", ["bell"]],
  ["none", []],
] as const) {
  test(`notifications can be ${notifications}`, async (t) => {
    const options = { ...new FakeApp().config.options, notifications };
    const app = new FakeApp({ config: { options } });
    const id = app.addSession("Anvil");
    const running = await startScreenProgram(t, { app });
    running.program.handle({ type: "focus", isFocused: false });
    app.emit({ type: "turn-start", sessionId: id });
    app.emit({ type: "turn-end", sessionId: id, reason: "end_turn" });
    await running.settle();
    assert.deepEqual(running.screen.notifications, told);
  });
}

test("quitting can wait for the sessions at work, their waiting prompts included", async (t) => {
  const { running, ids } = await opened(t);
  await running.type("one");
  await running.press("enter");
  await running.type("two");
  await running.press("enter", "ctrl+c");
  assert.match(running.text, /1 waiting prompt: stopped, +│\n.*kept in the queue/u);
  await running.press("w");
  assert.match(running.text, /quits when 1 session has ended/u);
  await running.app.endTurn(ids.Chisel);
  await running.settle();
  assert.deepEqual(
    running.app.prompts.map(({ prompt }) => prompt.text),
    ["one", "two"],
  );
  await running.app.endTurn(ids.Chisel);
  assert.equal(await running.program.ended, 0);
});

test("what ended clears no turn that has begun since; one of the queue that could not begin is none", async (t) => {
  const { running, ids } = await opened(t);
  const { app } = running;
  const activity = (): string => running.program.state.desks[ids.Chisel]?.activity.kind ?? "";
  const turn = { sessionId: ids.Chisel, startedAtMs: 0, message: null, pendingPermissions: [], retry: null };
  await running.type("!list");
  app.setLive(ids.Chisel, turn);
  await running.press("enter");
  assert.notEqual(activity(), "idle");
  app.setLive(ids.Chisel, null);
  app.emit({ type: "queue-stopped", sessionId: ids.Chisel, message: "The disk is full", hint: "" });
  assert.equal(activity(), "idle");
});

test("what a program that has died had left running is said, whatever session is shown", async (t) => {
  const { running } = await opened(t);
  running.app.emit({ type: "jobs-ended", sessionId: null, message: "Left running and ended: sleep 300" });
  await running.advance(55);
  assert.match(running.text, /Left running and ended: sleep 300/u);
});

test("what a turn of another window does is said, also where the session is opened meanwhile", async (t) => {
  const { running, ids } = await opened(t);
  const { app } = running;
  app.emit({ type: "turn-start", sessionId: ids.Chisel });
  app.emit({ type: "turn-elsewhere", sessionId: ids.Chisel, work: "question", asking: [] });
  await running.advance(1000);
  assert.match(running.text, /asks in another window: answer there/u);
  app.emit({ type: "turn-elsewhere", sessionId: ids.Chisel, work: "tools", asking: [] });
  await running.advance(1000);
  assert.match(running.text, /running tools in another window/u);
  const turn = { sessionId: ids.Anvil, startedAtMs: 0, message: null, pendingPermissions: [], retry: null };
  app.setLive(ids.Anvil, { ...turn, ownerName: "process 5 on forge", work: "question" });
  await running.press("alt+1");
  assert.equal(shown(running), "Anvil");
  assert.match(running.text, /asks in another window: answer there/u);
});

test("esc stays where the program was about to quit", async (t) => {
  const { running, ids } = await opened(t);
  await running.type("one");
  await running.press("enter", "ctrl+c", "w", "escape");
  assert.doesNotMatch(running.text, /quits when/u);
  await running.app.endTurn(ids.Chisel);
  await running.settle();
  assert.equal(running.program.state.leavesAfter, null);
  assert.equal(shown(running), "Chisel");
});

test("what streams in sessions out of sight draws nothing and makes no new state", async (t) => {
  const { running, ids } = await opened(t);
  const { app } = running;
  const { id: messageId } = app.addMessage(ids.Anvil, "assistant", []);
  app.emit({ type: "turn-start", sessionId: ids.Anvil });
  app.emit({ type: "text-delta", sessionId: ids.Anvil, messageId, text: "first" });
  await running.advance(1000);
  const { desks } = running.program.state;
  const frames = running.screen.frames.length;
  for (let number = 0; number < 500; number += 1) {
    app.emit({ type: "text-delta", sessionId: ids.Anvil, messageId, text: "more" });
  }
  await running.advance(1000);
  assert.equal(running.screen.frames.length, frames);
  assert.equal(running.program.state.desks, desks, "the state is the same object");
});

test("a session that the agent made has its key at once; with all numbers taken one key goes to the newest", async (t) => {
  const { running, ids } = await opened(t);
  const make = async (title: string): Promise<SessionId> => {
    const madeId = running.app.addSession(title);
    running.app.emit({ type: "session-made", sessionId: ids.Chisel, madeId, title, isStarted: true });
    await running.advance(55);
    return madeId;
  };
  await make("Drill");
  assert.match(running.text, /New session “Drill” works in the background – alt\+4 goes there/u);
  assert.match(running.text, /4 .*Drill/u, "the sidebar has it with its number");
  for (const title of ["Etcher", "File", "Gouge", "Hammer", "Iron"]) await make(title);
  await make("Jig");
  assert.match(running.text, /New session “Jig” works in the background – alt\+g goes there/u);
  await running.press("alt+4");
  assert.equal(shown(running), "Drill");
  await running.press("alt+g");
  assert.equal(shown(running), "Jig");
  await running.press("alt+g");
  assert.equal(shown(running), "Iron", "then to the one before that has not been seen");
});
