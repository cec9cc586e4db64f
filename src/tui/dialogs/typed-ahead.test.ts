import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

test("keys that come together with the one that opens the list find among all sessions", async (t) => {
  const app = new FakeApp();
  const ids = Array.from({ length: 3000 }, (_, index) => app.addSession(`Session number ${3000 - index}: work`));
  const running = await startScreenProgram(t, { app });
  for (const key of ["ctrl+s", ...Array.from("number 35:"), "enter"]) running.send(key === " " ? "space" : key);
  await running.settle();
  assert.equal(running.program.state.session?.id, ids[3000 - 35]);
  running.send("ctrl+s");
  running.send("3");
  await running.settle();
  assert.doesNotMatch(running.text, /\d\+[,)]/u, "all are there at once");
  const { dialogs } = running.program.state;
  await running.advance(500);
  assert.equal(running.program.state.dialogs, dialogs, "and are not read once more");
});
