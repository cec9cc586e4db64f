import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

test("before leaving, what becomes of prompts that wait is told for either way", async (t) => {
  const app = new FakeApp();
  const sessionId = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, sessionId, size: { columns: 120, rows: 40 } });
  await running.type("one");
  await running.press("enter");
  await running.type("two");
  await running.press("enter", "ctrl+c");
  const text = running.text.replaceAll(/[\s│]+/gu, " ");
  assert.match(text, /1 waiting prompt: stopped, kept in the queue; waited for, run before Crush ends\./u);
  assert.doesNotMatch(text, /will wait in the queue/u);
});
