/** What could not be stored is not taken for stored, and no prompt is lost with it. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";

const locked = new AppError("database-locked", "another program holds the database");

interface Place {
  readonly running: ScreenProgram;
  readonly app: FakeApp;
  readonly anvil: SessionId;
  readonly bellows: SessionId;
}

/** More sessions than the program holds the editors of. */
const more = ["Coal", "Drill", "Ember", "Flux", "Grate", "Hammer", "Iron", "Jig"];

async function goTo(running: ScreenProgram, title: string): Promise<void> {
  await running.press("ctrl+s");
  await running.type(title);
  await running.press("enter");
}

/** Anvil is shown; alt+2 leads to Bellows. */
async function started(t: TestContext): Promise<Place> {
  const app = new FakeApp();
  const [anvil, bellows] = [app.addSession("Anvil"), app.addSession("Bellows")];
  for (const title of more) app.addSession(title);
  const running = await startScreenProgram(t, { app, sessionId: anvil });
  await goTo(running, "Bellows");
  await running.press("alt+1");
  assert.equal(running.program.state.session?.id, anvil);
  await running.advance(1000);
  app.calls.length = 0;
  return { running, app, anvil, bellows };
}

async function quit(running: ScreenProgram): Promise<void> {
  await running.press("ctrl+c", "y");
  assert.equal(await running.program.ended, 0);
}

test("a draft that could not be stored is stored at the end", async (t) => {
  const { running, app, anvil } = await started(t);
  const fails = t.mock.method(app, "saveDraft", async () => Promise.reject(locked));
  await running.type("half a thought");
  await running.advance(300);
  assert.match(running.text, /another program holds the database/u);
  fails.mock.restore();
  await quit(running);
  assert.equal(app.readDraft(anvil), "half a thought");
});

test("so is the draft of a session that was left when it could not be stored", async (t) => {
  const { running, app, anvil } = await started(t);
  await running.type("half a thought");
  const fails = t.mock.method(app, "saveDraft", async () => Promise.reject(locked));
  await running.press("alt+2");
  fails.mock.restore();
  await quit(running);
  assert.equal(app.readDraft(anvil), "half a thought");
});

test("where nothing can be stored the program can be left all the same, and says what is lost", async (t) => {
  const { running, app, anvil } = await started(t);
  t.mock.method(app, "saveDraft", async () => Promise.reject(locked));
  await running.type("half a thought");
  await running.advance(300);
  await quit(running);
  assert.ok(app.calls.includes(`leaveSession(${anvil})`));
  assert.equal(running.program.unkept, locked);
});

test("a session whose draft can't be stored is no hindrance in others", async (t) => {
  const { running, app, anvil, bellows } = await started(t);
  await running.type("half a thought");
  const save = app.saveDraft.bind(app);
  t.mock.method(app, "saveDraft", async (id: SessionId, text: string) =>
    id === anvil ? Promise.reject(locked) : save(id, text),
  );
  await running.press("alt+2");
  assert.match(running.text, /another program holds the database/u);
  await running.press("escape");
  assert.doesNotMatch(running.text, /another program holds the database/u);
  await running.type("other");
  await running.advance(300);
  await goTo(running, "Coal");
  assert.doesNotMatch(running.text, /another program holds the database/u);
  assert.ok(app.calls.includes(`leaveSession(${bellows})`));
  await quit(running);
});

test("what can be stored at the end is, also where another session's draft can't", async (t) => {
  const { running, app, anvil, bellows } = await started(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  await running.type("half a thought");
  t.mock.method(app, "saveDraft", async (id: SessionId) => (id === anvil ? Promise.reject(locked) : promise));
  await running.press("alt+2");
  await running.type("other");
  await running.press("ctrl+c", "y");
  assert.ok(!app.calls.includes(`leaveSession(${bellows})`));
  resolve();
  assert.equal(await running.program.ended, 0);
  assert.equal(running.program.unkept, null);
});

test("a draft that could not be stored is kept however many sessions are looked at after it", async (t) => {
  const { running, app, anvil } = await started(t);
  await running.type("half a thought");
  const fails = t.mock.method(app, "saveDraft", async () => Promise.reject(locked));
  for (const title of ["Bellows", ...more, "Anvil"]) await goTo(running, title);
  assert.equal(running.program.state.session?.id, anvil);
  assert.equal(running.program.state.editor.text, "half a thought");
  for (const title of ["Bellows", ...more]) await goTo(running, title);
  fails.mock.restore();
  await quit(running);
  assert.equal(app.readDraft(anvil), "half a thought");
});

test("so are attachments and the view", async (t) => {
  const { running, app, anvil } = await started(t);
  const fails = [
    t.mock.method(app.views, "saveAttachments", async () => Promise.reject(locked)),
    t.mock.method(app.views, "save", async () => Promise.reject(locked)),
  ];
  await running.paste("long\n".repeat(50));
  running.program.dispatch({ type: "command", command: "rename-session", argument: "" });
  await running.settle();
  await running.type(" of steel");
  await running.advance(600);
  for (const { mock } of fails) mock.restore();
  await quit(running);
  assert.equal(app.views.attachments(anvil).length, 1);
  assert.match(app.views.read(anvil) ?? "", /of steel/u);
});

test("a prompt that is refused late comes back to its own session, with what was attached", async (t) => {
  const { running, app, anvil, bellows } = await started(t);
  const { promise, reject } = Promise.withResolvers<never>();
  t.mock.method(app, "sendPrompt", async () => promise);
  t.mock.method(app.queue, "add", async () => Promise.reject(locked));
  await running.paste("long\n".repeat(50));
  await running.type("shoe a horse");
  await running.press("enter");
  await running.type("and then");
  await running.press("alt+2");
  await running.type("here");
  reject(locked);
  await running.settle();
  assert.equal(running.program.state.session?.id, bellows);
  assert.equal(running.program.state.editor.text, "here");
  assert.equal(app.readDraft(anvil), "shoe a horse\nand then");
  await running.press("alt+1");
  assert.equal(running.program.state.editor.text, "shoe a horse\nand then");
  assert.equal(running.program.state.desks[anvil]?.attachments.length, 1);
  assert.deepEqual(app.queue.list(anvil), []);
});

test("a prompt for the queue that could not be stored comes back, whichever session is shown", async (t) => {
  const { running, app, anvil } = await started(t);
  const { promise, reject } = Promise.withResolvers<never>();
  app.emit({ type: "turn-start", sessionId: anvil });
  t.mock.method(app.queue, "add", async () => promise);
  await running.type("shoe a horse");
  await running.press("enter", "alt+2");
  reject(locked);
  await running.settle();
  assert.equal(running.program.state.editor.text, "");
  assert.equal(app.readDraft(anvil), "shoe a horse");
});

test("where another process has the session and the queue can't be stored, the prompt comes back", async (t) => {
  const { running, app } = await started(t);
  app.refusal = new AppError("session-busy", "another window has it");
  t.mock.method(app.queue, "add", async () => Promise.reject(locked));
  await running.type("shoe a horse");
  await running.press("enter");
  assert.equal(running.program.state.editor.text, "shoe a horse");
  assert.match(running.text, /another program holds the database/u);
});

/** Another program's prompt becomes known while this window's is on its way; then that is refused. */
function overtaken(t: TestContext, app: FakeApp, code: "session-busy" | "session-unfinished"): void {
  t.mock.method(app, "sendPrompt", async (id: SessionId) => {
    app.addMessage(id, "user", [{ type: "text", text: "another window's words" }]);
    await Promise.reject(new AppError(code, "another window has it"));
  });
}

test("a prompt that another window's overtook waits for its turn", async (t) => {
  const { running, app, anvil } = await started(t);
  overtaken(t, app, "session-busy");
  await running.paste("long\n".repeat(50));
  await running.type("shoe a horse");
  await running.press("enter");
  const [waiting] = app.queue.list(anvil);
  assert.equal(waiting?.text, "shoe a horse");
  assert.equal(waiting.attachments.length, 1);
});

test("so does one come back that is not sent after an unfinished step of another program", async (t) => {
  const { running, app, anvil } = await started(t);
  overtaken(t, app, "session-unfinished");
  await running.type("shoe a horse");
  await running.press("enter");
  assert.equal(running.program.state.editor.text, "shoe a horse");
  assert.equal(running.program.state.desks[anvil]?.isWarned, true);
});

test("a prompt whose turn fails once it is stored does not come back", async (t) => {
  const { running, app, anvil } = await started(t);
  t.mock.method(app, "sendPrompt", async (...[, , onStored]: Parameters<FakeApp["sendPrompt"]>) => {
    onStored?.();
    await Promise.reject(new AppError("session-busy", "another window has taken it over"));
  });
  await running.type("shoe a horse");
  await running.press("enter");
  assert.equal(running.program.state.editor.text, "");
  assert.deepEqual(app.queue.list(anvil), []);
  assert.match(running.text, /another window has taken it over/u);
});
