import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";

test("a session that was on another git branch says so when it is opened", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  app.addMessage(id, "user", [{ type: "text", text: "hello" }]);
  const showSession = app.showSession.bind(app);
  app.showSession = (sessionId) => ({
    ...showSession(sessionId),
    branchChange: { from: "main", isFromGone: false, to: "topic\u001b[2J" },
  });
  const running = await startScreenProgram(t, { app });
  assert.match(running.text.replaceAll(/\s+/gu, " "), /was on the git branch main; the project is on topic/u);
});

test("a session whose provider is gone says once, in the screen's own words, how another model is chosen", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const hint = "choose another model (ctrl+l, or -m provider/model), or add the provider to crush.json";
  app.setModel(id, { code: "provider-unknown", message: "provider acme is not configured any more", hint });
  const running = await startScreenProgram(t, { app });
  const text = running.text.replaceAll(/\s+/gu, " ");
  assert.match(text, /provider acme is not configured any more/u);
  assert.match(text, /ctrl\+l chooses another model/u);
  assert.ok(!text.includes("-m provider"));
});
