import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";

async function withText(t: TestContext, rows: number): Promise<ScreenProgram> {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  for (let row = 1; row <= rows; row += 1) {
    app.addMessage(id, "user", [{ type: "text", text: `message number ${row}` }]);
  }
  const running = await startScreenProgram(t, { app });
  await running.load();
  return running;
}

test("the wheel scrolls the transcript, whatever has the focus", async (t) => {
  const running = await withText(t, 60);
  assert.match(running.text, /message number 60/);
  for (let turn = 0; turn < 10; turn += 1) await running.mouse("wheel-up", { row: 2, column: 2 });
  assert.doesNotMatch(running.text, /message number 60/);
  for (let turn = 0; turn < 12; turn += 1) await running.mouse("wheel-down", { row: 2, column: 2 });
  assert.match(running.text, /message number 60/);
});

test("text is chosen by dragging and copied at the release, without bars", async (t) => {
  const running = await withText(t, 3);
  const row = running.rows.findIndex((text) => text.includes("message number 2"));
  await running.mouse("press", { row, column: 2 });
  await running.mouse("drag", { row, column: 8 });
  await running.mouse("release", { row, column: 8 });
  assert.deepEqual(running.screen.clipboard, ["message"]);
  assert.match(running.text, /Copied/);
  await running.mouse("press", { row, column: 0 });
  await running.mouse("drag", { row: row + 2, column: 79 });
  await running.mouse("release", { row: row + 2, column: 79 });
  assert.equal(running.screen.clipboard.at(-1), "message number 2\n\nmessage number 3");
});

test("a double click chooses a word, a triple click the row", async (t) => {
  const running = await withText(t, 2);
  const row = running.rows.findIndex((text) => text.includes("message number 2"));
  for (const clicks of [2, 3]) {
    const mouse = { button: "left", row, column: 11, shift: false, alt: false, ctrl: false, clicks } as const;
    running.program.handle({ type: "mouse", mouse: { ...mouse, action: "press" } });
    running.program.handle({ type: "mouse", mouse: { ...mouse, action: "release" } });
    await running.settle();
  }
  assert.deepEqual(running.screen.clipboard, ["number", "message number 2"]);
});

test("a click goes to the transcript, one into the editor comes back and sets the cursor", async (t) => {
  const running = await withText(t, 2);
  await running.type("abc");
  await running.mouse("press", { row: 0, column: 5 });
  await running.mouse("release", { row: 0, column: 5 });
  assert.equal(running.program.state.focus, "transcript");
  const row = running.rows.findIndex((text) => text.includes("› abc"));
  await running.mouse("press", { row, column: 3 });
  await running.mouse("release", { row, column: 3 });
  assert.equal(running.program.state.focus, "editor");
  await running.type("X");
  assert.equal(running.program.state.editor.text, "aXbc");
});

test("a click on the scrollbar jumps", async (t) => {
  const running = await withText(t, 60);
  await running.mouse("press", { row: 0, column: 79 });
  await running.mouse("release", { row: 0, column: 79 });
  assert.match(running.text, /message number 1\b/);
});

test("a click on a notice takes it away; one beside a list closes it, one beside a question does not", async (t) => {
  const running = await withText(t, 1);
  running.program.dispatch({ type: "notify", tone: "error", text: "it broke" });
  await running.press("tab");
  const row = running.rows.findIndex((text) => text.includes("it broke"));
  await running.mouse("press", { row, column: 3 });
  assert.doesNotMatch(running.text, /it broke/);
  await running.press("ctrl+s");
  await running.mouse("press", { row: 0, column: 0 });
  assert.equal(running.program.state.dialogs.length, 0);
  await running.press("ctrl+c");
  await running.mouse("press", { row: 0, column: 0 });
  assert.equal(running.program.state.dialogs.length, 1);
});
