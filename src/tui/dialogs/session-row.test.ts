import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { fakeNowSeconds } from "../../../test/harness/fake-facts.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

test("a session is as old as its last change, or as its beginning where that came later", async (t) => {
  const app = new FakeApp();
  app.addSession("Anvil", { createdAt: fakeNowSeconds - 7200, updatedAt: fakeNowSeconds - 3600 });
  app.addSession("A copy of it", { createdAt: fakeNowSeconds, updatedAt: fakeNowSeconds - 3 * 86_400 });
  const running = await startScreenProgram(t, { app });
  await running.press("ctrl+s");
  assert.match(running.text, /Anvil .* 1 h /u);
  assert.match(running.text, /A copy of it .* now /u);
});
