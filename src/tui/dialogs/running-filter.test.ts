import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { Message } from "../../schema/message.ts";

class SlowShell extends FakeApp {
  readonly end = Promise.withResolvers<undefined>();

  override async runShellCommand(...call: Parameters<FakeApp["runShellCommand"]>): Promise<Message> {
    await this.end.promise;
    return super.runShellCommand(...call);
  }
}

test("a session in which a !command runs is running, not idle, as its mark says", async (t) => {
  const app = new SlowShell();
  const sessionId = app.addSession("Anvil");
  app.addSession("Bellows");
  const running = await startScreenProgram(t, { app, sessionId, size: { columns: 100, rows: 20 } });
  await running.type("!make");
  await running.press("enter", "ctrl+s");
  await running.type("is:running");
  assert.match(running.text, /Sessions \(1 of 2\)[^]*● Anvil/u);
  await running.press("ctrl+u");
  await running.type("is:idle");
  assert.match(running.text, /Sessions \(1 of 2\)[^]*Bellows/u);
  app.end.resolve(undefined);
});

test("so is one with a background job", async (t) => {
  const app = new FakeApp();
  const sessionId = app.addSession("Anvil");
  app.addSession("Bellows");
  const running = await startScreenProgram(t, { app, sessionId, size: { columns: 100, rows: 20 } });
  await running.press("ctrl+s");
  await running.type("is:running");
  assert.match(running.text, /no session matches/u);
  app.emit({ type: "jobs-changed", sessionId, commands: ["npm run dev"] });
  await running.advance(100);
  assert.match(running.text, /Sessions \(1 of 2\)[^]*Anvil/u);
  await running.press("ctrl+u");
  await running.type("is:idle");
  assert.match(running.text, /Sessions \(1 of 2\)[^]*Bellows/u);
});
