import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import { asToolCallId, type SessionId } from "../schema/ids.ts";
import { decodeView } from "./session-view.ts";

interface Place {
  readonly app: FakeApp;
  readonly anvil: SessionId;
  readonly bellows: SessionId;
}

/** Two sessions with more messages than fit on the screen. */
function place(): Place {
  const app = new FakeApp();
  const [anvil, bellows] = [app.addSession("Anvil"), app.addSession("Bellows")];
  for (const id of [anvil, bellows]) {
    for (let number = 0; number < 40; number += 1) {
      app.addMessage(id, "user", [{ type: "text", text: `${id === anvil ? "anvil" : "bellows"} prompt ${number}` }]);
    }
  }
  return { app, anvil, bellows };
}

async function open(running: ScreenProgram, sessionId: SessionId): Promise<void> {
  running.program.dispatch({ type: "command", command: "sessions", argument: "" });
  await running.settle();
  await running.type(running.app.showSession(sessionId).session.title);
  await running.press("enter");
}

/** What a person leaves behind: scrolled, half a prompt with the cursor inside, something attached, a dialog open. */
async function leaveTraces(running: ScreenProgram): Promise<void> {
  await running.press("pageUp", "pageUp");
  await running.type("half prompt");
  await running.press("left", "left");
  await running.paste("long\n".repeat(50));
  running.program.dispatch({ type: "command", command: "rename-session", argument: "" });
  await running.settle();
  await running.type(" of steel");
}

function assertTraces(running: ScreenProgram, rows: readonly string[]): void {
  assert.deepEqual(running.rows, rows);
  const { state } = running.program;
  assert.equal(state.desks[state.session?.id ?? ""]?.attachments.length, 1);
}

async function started(t: TestContext, { app, anvil }: Place): Promise<ScreenProgram> {
  return startScreenProgram(t, { app, sessionId: anvil });
}

test("place, draft, cursor, attachments and dialogs stay while another session is looked at", async (t) => {
  const sessions = place();
  const running = await started(t, sessions);
  await open(running, sessions.bellows);
  await running.press("alt+1");
  await leaveTraces(running);
  const { rows } = running;
  await running.press("alt+2");
  assert.doesNotMatch(running.text, /anvil prompt|half prompt|of steel/u);
  await running.press("alt+1");
  assertTraces(running, rows);
});

test("all of it comes back in a program that is started anew, without any farewell of the first", async (t) => {
  const sessions = place();
  const first = await started(t, sessions);
  await leaveTraces(first);
  await first.advance(1000);
  const { rows } = first;
  first.program[Symbol.dispose]();
  const again = await started(t, sessions);
  await again.settle();
  assertTraces(again, rows);
  await again.press("escape");
  await again.type("X");
  assert.match(again.text, /half promXpt/u);
});

test("what is attached to a session stays when a program is started on another one, and comes back with it", async (t) => {
  const sessions = place();
  const first = await started(t, sessions);
  await leaveTraces(first);
  await first.advance(1000);
  first.program[Symbol.dispose]();
  const again = await startScreenProgram(t, { app: sessions.app, sessionId: sessions.bellows });
  await again.advance(100);
  await again.type("x");
  await again.advance(1000);
  assert.equal(sessions.app.views.attachments(sessions.anvil).length, 1, "nothing was removed");
  await open(again, sessions.anvil);
  assert.match(again.text, /of steel/u, "the dialog came back");
  assert.equal(again.program.state.desks[sessions.anvil]?.attachments.length, 1);
});

test("number keys lead to the same sessions in a program that is started anew on another one", async (t) => {
  const sessions = place();
  const { app, anvil, bellows } = sessions;
  const chisel = app.addSession("Chisel");
  const first = await started(t, sessions);
  for (const id of [bellows, chisel]) await open(first, id);
  await first.advance(1000);
  first.program[Symbol.dispose]();
  const again = await startScreenProgram(t, { app, sessionId: chisel, size: { columns: 120, rows: 40 } });
  await again.advance(100);
  assert.match(again.text, /1 +Anvil[^]*2 +Bellows/u, "the sidebar shows them");
  for (const [key, id] of [
    ["alt+2", bellows],
    ["alt+1", anvil],
    ["alt+3", chisel],
  ] as const) {
    await again.press(key);
    assert.equal(again.program.state.session?.id, id, key);
  }
});

test("a program that ends before it has read them leaves the number keys of the earlier ones", async (t) => {
  const sessions = place();
  const { app, anvil, bellows } = sessions;
  app.views.numbers = [anvil, bellows];
  const running = await startScreenProgram(t, { app, sessionId: app.addSession("Chisel") });
  await running.press("ctrl+c", "ctrl+c");
  assert.equal(await running.program.ended, 0);
  assert.equal(app.views.saved.size, 1, "how the session was looked at is kept");
  assert.deepEqual(app.views.numbers, [anvil, bellows]);
});

test("a change of the view is on its way to the disk within a second, however long the person goes on", async (t) => {
  const sessions = place();
  const running = await started(t, sessions);
  await running.advance(1000);
  const before = sessions.app.views.read(sessions.anvil);
  for (let step = 0; step < 10; step += 1) {
    await running.press("pageUp");
    await running.advance(100);
  }
  const after = sessions.app.views.read(sessions.anvil);
  assert.notEqual(after, before);
  assert.equal(decodeView(after)?.scroll.isFollowing, false);
});

test("what was unfolded stays so, in another session's place and in a program started anew", async (t) => {
  const sessions = place();
  const { app, anvil } = sessions;
  const call = asToolCallId("call-1");
  const output = Array.from({ length: 60 }, (_, number) => `output ${number}`).join("\n");
  const input = JSON.stringify({ command: "list", description: "List" });
  app.addMessage(anvil, "assistant", [
    { type: "tool_call", id: call, name: "bash", input, providerExecuted: false, finished: true },
    { type: "finish", reason: "tool_use", time: 1_780_000_000 },
  ]);
  const facts = { content: output, data: "", mimeType: "", metadata: JSON.stringify({ output }), isError: false };
  app.addMessage(anvil, "tool", [{ type: "tool_result", toolCallId: call, name: "bash", ...facts }]);
  const running = await started(t, sessions);
  await running.press("tab");
  assert.doesNotMatch(running.text, /output 40/u);
  await running.press("space", "G");
  assert.match(running.text, /output 40/u);
  await open(running, sessions.bellows);
  await running.press("alt+1");
  assert.match(running.text, /output 40/u);
  await running.advance(1000);
  running.program[Symbol.dispose]();
  const again = await started(t, sessions);
  assert.match(again.text, /output 40/u);
});

test("the message that was in focus is so again on the way to the transcript; what is typed goes into the editor", async (t) => {
  const sessions = place();
  const running = await started(t, sessions);
  await running.press("tab", "K", "K", "K");
  const { rows } = running;
  await running.advance(1000);
  running.program[Symbol.dispose]();
  const again = await started(t, sessions);
  await again.type("y");
  assert.match(again.text, /› y/u);
  await again.press("backspace");
  assert.notDeepEqual(again.rows, rows, "nothing is marked yet");
  await again.press("tab");
  assert.deepEqual(again.rows, rows);
});

test("whether long lines are cut is kept with the session, and another one keeps its own", async (t) => {
  const sessions = place();
  const { app, anvil } = sessions;
  app.addMessage(anvil, "assistant", [
    { type: "text", text: `\`\`\`\nlet x = "${"long ".repeat(30)}";\n\`\`\`` },
    { type: "finish", reason: "end_turn", time: 1_780_000_000 },
  ]);
  const running = await started(t, sessions);
  await running.load();
  assert.doesNotMatch(running.text, /…$/mu);
  await running.press("tab", "w");
  assert.match(running.text, /Long lines are cut – space shows those of a message whole/u);
  await running.advance(7000);
  assert.match(running.text, /let x = "long .*…/u);
  assert.equal(decodeView(app.views.read(anvil))?.longLines, "cut");
  running.program[Symbol.dispose]();
  const again = await started(t, sessions);
  await again.load();
  assert.match(again.text, /let x = "long .*…/u);
  await again.press("tab", "space");
  assert.doesNotMatch(again.text, /long …/u, "unfolded, the whole line is there");
  assert.match(again.text, /long ";/u);
  await again.press("space");
  assert.match(again.text, /let x = "long .*…/u);
  await again.press("w");
  assert.match(again.text, /Long lines are wrapped/u);
});

test("a view that was stored before long lines could be cut is understood", () => {
  const scroll = { key: null, rowInItem: 0, isFollowing: true };
  assert.equal(decodeView(JSON.stringify({ cursor: null, scroll, expanded: [], dialogs: [] }))?.longLines, "wrap");
});

test("a stored view of another form is passed over", async (t) => {
  const sessions = place();
  sessions.app.views.saved.set(sessions.anvil, '{"scroll":7}');
  const running = await started(t, sessions);
  assert.match(running.text, /anvil prompt 39/u);
});
