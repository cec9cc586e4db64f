import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../test/harness/screen-program.ts";
import type { Message } from "../schema/message.ts";

class SlowShell extends FakeApp {
  readonly end = Promise.withResolvers<undefined>();

  override async runShellCommand(...args: Parameters<FakeApp["runShellCommand"]>): Promise<Message> {
    await this.end.promise;
    return super.runShellCommand(...args);
  }
}

test("a session in which a command of the person's runs is marked in the list, shown or not", async (t) => {
  const app = new SlowShell();
  const [shownId] = [app.addSession("Anvil"), app.addSession("Bellows")];
  const running = await startScreenProgram(t, { app, sessionId: shownId, size: { columns: 120, rows: 40 } });
  await running.type("!make");
  await running.press("enter", "ctrl+s");
  assert.match(running.text, /● Anvil/u);
  await running.type("Bellows");
  await running.press("enter", "ctrl+s");
  assert.match(running.text, /● Anvil/u);
  app.end.resolve(undefined);
  await running.advance(1000);
  assert.match(running.text, /Anvil/u);
  assert.doesNotMatch(running.text, /● Anvil/u);
});
