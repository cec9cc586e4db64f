import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import { AppError } from "../lib/app-error.ts";
import type { Session } from "../schema/session.ts";

const locked = new AppError("database-locked", "another program holds the database");

/** An app that makes a session when it is told to. */
class SlowApp extends FakeApp {
  #waiting: { go: (error?: AppError) => void } = { go: () => undefined };

  override async createSession(): Promise<Session> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { go: (error) => (error === undefined ? resolve() : reject(error)) };
    });
    return super.createSession();
  }

  go(error?: AppError): void {
    this.#waiting.go(error);
  }
}

async function started(t: TestContext): Promise<{ running: ScreenProgram; app: SlowApp }> {
  const app = new SlowApp();
  const sessionId = app.addSession("Anvil");
  app.addSession("Bellows");
  return { running: await startScreenProgram(t, { app, sessionId }), app };
}

function sent(app: FakeApp): string[][] {
  return app.prompts.map(({ sessionId, prompt }) => [app.showSession(sessionId).session.title, prompt.text]);
}

test("what is typed while a session is being made goes into it, in its order", async (t) => {
  const { running, app } = await started(t);
  await running.press("ctrl+n");
  await running.type("he");
  await running.paste("llo");
  await running.press("enter");
  assert.doesNotMatch(running.text, /hello/u);
  app.go();
  await running.settle();
  assert.deepEqual(sent(app), [["New Session", "hello"]]);
});

test("ctrl+c takes back what waits, and quitting needs no session first", async (t) => {
  const { running } = await started(t);
  await running.press("ctrl+n");
  await running.type("hey");
  await running.press("ctrl+c");
  assert.match(running.text, /Leave Crush\?/u);
  await running.press("y");
  assert.equal(await running.program.ended, 0);
});

test("what was typed for a session that could not be made goes into no other, and its task comes back", async (t) => {
  const { running, app } = await started(t);
  await running.paste("/new shoe a horse");
  await running.press("enter", "x", "enter");
  app.go(locked);
  await running.settle();
  assert.deepEqual(app.prompts, []);
  assert.match(running.text, /another program holds the database/u);
  assert.match(running.text, /› \/new shoe a horse$/mu);
  await running.press("enter");
  app.go();
  await running.settle();
  assert.deepEqual(sent(app), [["New Session", "shoe a horse"]]);
});

test("a task is sent in its own session, whatever becomes of the one that was left and whichever is shown next", async (t) => {
  const { running, app } = await started(t);
  const { promise, reject } = Promise.withResolvers<boolean>();
  app.leaveSession = () => promise;
  await running.paste("/new shoe a horse");
  await running.press("enter");
  app.go();
  await running.settle();
  await running.press("alt+1");
  reject(locked);
  await running.settle();
  assert.deepEqual(sent(app), [["New Session", "shoe a horse"]]);
  assert.match(running.text, /another program holds the database/u);
});
