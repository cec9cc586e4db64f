/** `!commands` while they run, here and in other windows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../test/harness/screen-program.ts";
import { asMessageId } from "../schema/ids.ts";

test("what a command prints is seen as it comes, the end of it, until its row is there", async (t) => {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  app.addMessage(id, "user", [{ type: "text", text: "hello" }]);
  const running = await startScreenProgram(t, { app });
  const commandId = asMessageId("command-1");
  const prints = async (output: string): Promise<void> => {
    app.liveCommands = () => [{ id: commandId, command: "make", output, isElsewhere: false }];
    app.emit({ type: "command-changed", sessionId: id, command: "make", isElsewhere: false });
    await running.advance(55);
  };
  await prints("");
  assert.match(running.text, /hello[^]*● ! make {2}running/u);
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  await prints(lines.join("\n"));
  assert.match(running.text, /● ! make {2}running\n.*… 30 earlier lines[^]*line 39/u);
  assert.doesNotMatch(running.text, /line 29/u);
  app.addMessage(id, "assistant", [{ type: "text", text: "said meanwhile" }]);
  await running.advance(55);
  assert.match(running.text, /said meanwhile[^]*● ! make/u, "it stays at the end");
  app.liveCommands = () => [];
  app.emit({ type: "command-changed", sessionId: id, command: null, isElsewhere: false });
  await running.advance(55);
  assert.doesNotMatch(running.text, /make/u, "one that could not be kept is gone");
});

test("a command of another window is named, here nothing runs, and what is typed is sent", async (t) => {
  const app = new FakeApp();
  const [id, other] = [app.addSession("Anvil"), app.addSession("Bellows")];
  const running = await startScreenProgram(t, { app, sessionId: id });
  app.emit({ type: "command-changed", sessionId: id, command: "make", isElsewhere: true });
  await running.advance(55);
  assert.match(running.text, /^ !make runs in another window/mu);
  await running.type("go on");
  await running.press("enter");
  assert.equal(app.prompts.length, 1);
  const command = { id: asMessageId("command-1"), command: "sleep 9", output: "z", isElsewhere: true };
  app.liveCommands = (sessionId) => (sessionId === other ? [command] : []);
  await running.press("ctrl+s", "down", "enter");
  assert.equal(running.program.state.session?.id, other);
  assert.match(running.text, /^ !sleep 9 runs in another window/mu);
  assert.match(running.text, /● ! sleep 9 {2}running/u);
  app.liveCommands = () => [];
  app.emit({ type: "command-changed", sessionId: other, command: null, isElsewhere: true });
  await running.advance(55);
  assert.match(running.text, /^ ready/mu);
});
