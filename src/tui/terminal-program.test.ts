import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../test/harness/screen-program.ts";
import { AppError } from "../lib/app-error.ts";
import type { LiveTurn } from "../app/app.ts";

test("a prompt is sent, its answer streams, and the screen comes to rest", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  assert.match(running.text, /ready/);
  assert.equal(running.screen.titles.at(-1), "crush: ready – Anvil");
  await running.type("hello");
  assert.match(running.text, /› hello/);
  await running.press("enter");
  assert.deepEqual(app.prompts, [{ sessionId: id, prompt: { text: "hello", attachments: [], isDraft: true } }]);
  assert.match(running.text, /waiting for the model/);
  assert.equal(running.screen.titles.at(-1), "crush: working – Anvil");

  const message = app.addMessage(id, "assistant", [{ type: "text", text: "Good day" }]);
  const live: LiveTurn = { sessionId: id, startedAtMs: 0, message, pendingPermissions: [], retry: null };
  app.setLive(id, live);
  app.emit({ type: "text-delta", sessionId: id, messageId: message.id, text: "Good day" });
  await running.advance(50);
  assert.match(running.text, /Good day/);
  assert.match(running.text, /writing/);

  await app.endTurn(id);
  await running.advance(50);
  assert.match(running.text, /ready/);
  assert.deepEqual(running.screen.titles.at(-1), "crush: ready – Anvil");
});

test("at rest there is no timer and no frame", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.advance(10_000);
  const count = running.screen.frames.length;
  assert.equal(running.clock.waitingCount, 0);
  await running.type("x");
  await running.press("enter");
  await app.endTurn(id);
  await running.advance(10_000);
  assert.equal(running.clock.waitingCount, 0);
  const after = running.screen.frames.length;
  assert.ok(after > count);
  await running.advance(60_000);
  assert.equal(running.screen.frames.length, after);
});

test("while a turn runs the spinner turns at most ten times a second, and a stream paints at most 30 frames", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("x");
  await running.press("enter");
  await running.advance(1000);
  const before = running.screen.frames.length;
  for (let step = 0; step < 20; step += 1) await running.advance(50);
  const turned = running.screen.frames.length - before;
  assert.ok(turned >= 4 && turned <= 10, `${turned} frames`);
  const message = app.addMessage(id, "assistant", [{ type: "text", text: "" }]);
  const start = running.screen.frames.length;
  for (let step = 0; step < 200; step += 1) {
    app.emit({ type: "text-delta", sessionId: id, messageId: message.id, text: "word " });
    running.clock.advance(5);
  }
  await running.settle();
  assert.ok(running.screen.frames.length - start <= 40, `${running.screen.frames.length - start} frames`);
});

test("a prompt typed while a turn runs waits, can be removed, and is sent when the turn ends", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  for (const prompt of ["one", "two", "three"]) {
    await running.type(prompt);
    await running.press("enter");
  }
  assert.deepEqual(
    app.prompts.map(({ prompt }) => prompt.text),
    ["one"],
  );
  assert.match(running.text, /⧗ two/);
  await running.press("ctrl+t", "x", "escape");
  assert.doesNotMatch(running.text, /⧗ two/);
  await app.endTurn(id);
  await running.settle();
  assert.deepEqual(
    app.prompts.map(({ prompt }) => prompt.text),
    ["one", "three"],
  );
});

test("after a cancel the queue waits for the person", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  for (const prompt of ["one", "two"]) {
    await running.type(prompt);
    await running.press("enter");
  }
  await running.press("escape");
  assert.match(running.text, /esc again cancels/);
  assert.ok(!app.calls.some((call) => call.startsWith("cancelTurn")));
  await running.press("escape");
  assert.ok(app.calls.some((call) => call.startsWith("cancelTurn")));
  await running.advance(55);
  assert.match(running.text, /paused/);
  assert.equal(app.prompts.length, 1);
  await running.press("enter");
  assert.equal(app.prompts.length, 2);
});

test("a second esc that comes late arms again", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("one");
  await running.press("enter", "escape");
  await running.advance(2500);
  await running.press("escape");
  assert.ok(!app.calls.some((call) => call.startsWith("cancelTurn")));
});

test("a prompt that is refused comes back into the editor with the reason", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.refusal = new AppError("prompt-too-large", "the prompt is too large", { hint: "make it shorter" });
  const running = await startScreenProgram(t, { app });
  await running.type("very long");
  await running.press("enter");
  assert.match(running.text, /✗ the prompt is too large – make it shorter/);
  assert.match(running.text, /› very long/);
  assert.match(running.text, / ready/);
});

test("the draft is stored after a pause, and comes back with its session", async (t) => {
  const app = new FakeApp();
  const first = app.addSession("First");
  const second = app.addSession("Second");
  const running = await startScreenProgram(t, { app, sessionId: first });
  await running.type("half a thou");
  assert.ok(!app.calls.some((call) => call.startsWith("saveDraft")));
  await running.advance(300);
  assert.ok(app.calls.includes(`saveDraft(${first}, half a thou)`));
  await running.type("ght");
  await running.press("ctrl+s", "down", "enter");
  assert.equal(running.program.state.session?.id, second);
  assert.ok(app.calls.includes(`saveDraft(${first}, half a thought)`));
  assert.ok(app.calls.includes(`leaveSession(${first})`));
  assert.doesNotMatch(running.text, /half a thought/);
  await running.press("ctrl+s", "up", "enter");
  assert.match(running.text, /half a thought/);
});

test("ctrl+c asks, says what runs, and quits the second time", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+c");
  assert.match(running.text, /Leave Crush\?/);
  await running.press("escape");
  assert.doesNotMatch(running.text, /Leave Crush\?/);
  await running.type("one");
  await running.press("enter", "ctrl+c");
  assert.match(running.text, /1 session still at work: stopped, what is there is/);
  await running.press("ctrl+c");
  assert.equal(await running.program.ended, 0);
  assert.ok(app.calls.includes(`leaveSession(${id})`));
});

test("exit and quit typed alone leave", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("exit");
  await running.press("enter");
  assert.equal(await running.program.ended, 0);
});

test("a bug of ours ends the program with the bug", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil");
  app.listSessions = () => {
    throw new TypeError("broken");
  };
  const running = await startScreenProgram(t, { app, sessionId: app.findSession("0000").id });
  running.program.handle({ type: "key", key: { name: "ctrl+s", text: null, raw: "\u0013" } });
  await assert.rejects(running.program.ended, /broken/);
});

test("a terminal that goes away ends the program with the draft stored", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("keep me");
  running.program.handle({ type: "closed", reason: "SIGHUP" });
  assert.equal(await running.program.ended, 129);
  assert.ok(app.calls.includes(`saveDraft(${id}, keep me)`));
});

test("idle resolves when nothing is under way, also while a turn waits for the person", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.program.idle();
  await running.type("x");
  let isIdle = false;
  void running.program.idle().then(() => {
    isIdle = true;
  });
  await running.settle();
  assert.equal(isIdle, false, "the draft is not stored yet");
  await running.advance(300);
  await running.advance(55);
  assert.equal(isIdle, true);
  await running.press("enter");
  await running.advance(400);
  let isDone = false;
  void running.program.idle().then(() => {
    isDone = true;
  });
  await running.advance(1000);
  assert.equal(isDone, false, "a turn runs");
  await app.endTurn(id);
  await running.advance(1000);
  assert.equal(isDone, true);
});
