import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import { AppError } from "../../lib/app-error.ts";
import { asToolCallId, type SessionId } from "../../schema/ids.ts";
import type { PermissionRequest } from "../../schema/permission.ts";

function request(sessionId: SessionId, id = "request-1"): PermissionRequest {
  return {
    id,
    sessionId,
    toolCallId: asToolCallId(`call of ${id}`),
    tool: "bash",
    action: "execute",
    path: "/home/ada/forge",
    command: `touch ${id}`,
    description: `Execute command: touch ${id}`,
    display: { title: "Bash", subject: `touch ${id}`, blocks: [{ kind: "code", text: `touch ${id}` }] },
  };
}

async function asked(t: TestContext): Promise<{ running: ScreenProgram; app: FakeApp; id: SessionId }> {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app });
  await running.type("go");
  await running.press("enter");
  app.emit({ type: "permission-asked", sessionId: id, request: request(id) });
  await running.advance(55);
  return { running, app, id };
}

const answers = [
  [["a"], { decision: "allow", scope: "once" }],
  [["s"], { decision: "allow", scope: "session" }],
  [["p"], { decision: "allow", scope: "project" }],
  [["d"], { decision: "deny" }],
  [["escape"], { decision: "deny" }],
  [["enter"], { decision: "allow", scope: "once" }],
  [["right", "enter"], { decision: "allow", scope: "session" }],
  [["left", "left", "enter"], { decision: "deny" }],
] as const;

for (const [keys, answer] of answers) {
  test(`${keys.join(" ")} answers ${JSON.stringify(answer)}`, async (t) => {
    const { running, app } = await asked(t);
    await running.advance(400);
    await running.press(...keys);
    assert.ok(app.calls.includes(`answerPermission(request-1, ${JSON.stringify(answer)})`), app.calls.join("\n"));
    assert.equal(running.program.state.dialogs.length, 0);
  });
}

test("a denial can carry a word to the model", async (t) => {
  const { running, app } = await asked(t);
  await running.advance(400);
  await running.press("r");
  await running.type("use mv instead");
  await running.press("enter");
  const answer = JSON.stringify({ decision: "deny", message: "use mv instead" });
  assert.ok(app.calls.includes(`answerPermission(request-1, ${answer})`));
});

test("keys that were being typed go on into the prompt and answer nothing", async (t) => {
  const { running, app } = await asked(t);
  await running.type("as");
  await running.advance(200);
  await running.type("d");
  await running.advance(200);
  await running.type("!");
  assert.ok(!app.calls.some((call) => call.startsWith("answerPermission")));
  assert.equal(running.program.state.editor.text, "asd!");
  await running.advance(301);
  await running.press("a");
  assert.ok(app.calls.some((call) => call.startsWith("answerPermission")));
});

test("a question that comes up over a list lets the filter be typed to its end", async (t) => {
  const { running, app, id } = await asked(t);
  await running.advance(400);
  await running.press("d", "ctrl+s");
  app.emit({ type: "permission-asked", sessionId: id, request: request(id, "request-2") });
  await running.type("anv");
  await running.paste("il");
  const [list] = running.program.state.dialogs;
  assert.ok(list?.kind === "sessions");
  assert.equal(list.filter.text, "anvil");
  assert.equal(running.program.state.editor.text, "");
  await running.advance(400);
  await running.press("a");
  assert.deepEqual(
    running.program.state.dialogs.map(({ kind }) => kind),
    ["sessions"],
  );
});

test("a question can be left for another session, and is there again afterwards", async (t) => {
  const { running, app, id } = await asked(t);
  const other = app.addSession("Bellows");
  const pendingPermissions = [request(id)];
  app.setLive(id, { sessionId: id, startedAtMs: 0, message: null, pendingPermissions, retry: null });
  await running.advance(400);
  await running.press("ctrl+s");
  await running.type("bellows");
  await running.press("enter");
  assert.equal(running.program.state.session?.id, other);
  assert.equal(running.program.state.dialogs.length, 0);
  await running.press("ctrl+s");
  await running.type("anvil");
  await running.press("enter");
  await running.advance(400);
  assert.match(running.text, /touch request-1/);
  await running.press("a");
  assert.ok(app.calls.some((call) => call.startsWith("answerPermission(request-1")));
});

test("several questions come one after the other, each with its own grace", async (t) => {
  const { running, app, id } = await asked(t);
  app.emit({ type: "permission-asked", sessionId: id, request: request(id, "request-2") });
  await running.advance(400);
  assert.match(running.text, /touch request-1/);
  assert.match(running.text, /1 more to answer after this/);
  await running.press("a");
  assert.match(running.text, /touch request-2/);
  await running.press("a");
  assert.equal(running.program.state.editor.text, "a", "the second key came within the grace");
  await running.advance(400);
  await running.press("d");
  assert.equal(running.program.state.dialogs.length, 0);
});

test("an answer from elsewhere, and the end of the turn, take the question away", async (t) => {
  const { running, app, id } = await asked(t);
  app.emit({ type: "permission-answered", sessionId: id, requestId: "request-1", decision: "deny" });
  await running.advance(55);
  assert.equal(running.program.state.dialogs.length, 0);
  app.emit({ type: "permission-asked", sessionId: id, request: request(id, "request-2") });
  await app.endTurn(id, { reason: "canceled" });
  await running.advance(55);
  assert.equal(running.program.state.dialogs.length, 0);
});

test("a question of another session waits there, and shows in the sidebar", async (t) => {
  const { running, app, id } = await asked(t);
  await running.advance(400);
  await running.press("d");
  const other = app.addSession("Bellows");
  await running.resize({ columns: 120, rows: 30 });
  app.emit({ type: "permission-asked", sessionId: other, request: request(other, "request-3") });
  await running.advance(55);
  assert.equal(running.program.state.dialogs.length, 0);
  assert.match(running.text, /\? Bellows/);
  await running.resize({ columns: 80, rows: 24 });
  assert.match(running.text, / Bellows asks alt\+a/);
  app.setLive(other, {
    sessionId: other,
    startedAtMs: 0,
    message: null,
    pendingPermissions: [request(other, "request-3")],
    retry: null,
  });
  await running.press("ctrl+s", "down", "enter");
  assert.equal(running.program.state.session?.id, other);
  assert.match(running.text, /touch request-3/);
  assert.notEqual(id, other);
});

async function left(
  t: TestContext,
): Promise<{ running: ScreenProgram; app: FakeApp; id: SessionId; other: SessionId }> {
  const app = new FakeApp();
  const id = app.addSession("Anvil");
  const other = app.addSession("Bellows");
  for (const sessionId of [id, other]) {
    const pendingPermissions = [request(sessionId, `left in ${sessionId === id ? "Anvil" : "Bellows"}`)];
    app.setLive(sessionId, { sessionId, startedAtMs: 0, message: null, pendingPermissions, retry: null, isLeft: true });
  }
  const running = await startScreenProgram(t, { app });
  await running.advance(400);
  return { running, app, id, other };
}

test("what an earlier run left is asked again, says so, and its answer takes the turn up", async (t) => {
  const { running, app, id } = await left(t);
  assert.match(running.text, /The program ended while this was asked/);
  assert.match(running.text, /touch left in Anvil/);
  assert.match(running.text, /waiting for your answer/);
  assert.match(running.text, /Bellows asks alt\+a/);
  await running.press("s");
  const answer = JSON.stringify({ decision: "allow", scope: "session" });
  assert.ok(app.calls.includes(`resumeTurn(left in Anvil, ${answer})`), app.calls.join("\n"));
  assert.ok(!app.calls.some((call) => call.startsWith("answerPermission")));
  assert.equal(running.program.state.dialogs.length, 0);
  assert.match(running.text, /waiting for the model/);
  await app.endTurn(id);
  await running.advance(55);
  assert.match(running.text, / ready/);
});

test("a half-typed word and the place in the question are there again, too", async (t) => {
  const { running, app, id } = await left(t);
  await running.press("f", "r");
  await running.type("use mk");
  await running.advance(1000);
  running.program[Symbol.dispose]();
  const again = await startScreenProgram(t, { app, sessionId: id });
  await again.advance(400);
  assert.match(again.text, /To the model: use mk/);
  await again.type("dir");
  await again.press("enter");
  const answer = JSON.stringify({ decision: "deny", message: "use mkdir" });
  assert.ok(app.calls.includes(`resumeTurn(left in Anvil, ${answer})`), app.calls.join("\n"));
});

test("where the turn can't be taken up, the question is there again with the reason", async (t) => {
  const { running, app } = await left(t);
  app.refusal = new AppError("model-missing", "no model to go on with");
  await running.press("a");
  await running.advance(400);
  assert.match(running.text, /touch left in Anvil/);
  assert.match(running.text, /no model to go on with/);
  await running.press("d");
  assert.ok(app.calls.includes(`resumeTurn(left in Anvil, ${JSON.stringify({ decision: "deny" })})`));
});

test("answered in another window, a question that was left goes here too, shown or not", async (t) => {
  const { running, app, id, other } = await left(t);
  for (const sessionId of [id, other]) {
    app.setLive(sessionId, null);
    app.emit({ type: "session-updated", sessionId });
  }
  await running.advance(55);
  assert.equal(running.program.state.dialogs.length, 0);
  assert.match(running.text, / ready/);
  assert.doesNotMatch(running.text, /Bellows asks/);
});

test("a process that dies meanwhile leaves its question to this window", async (t) => {
  const { running, app, id } = await asked(t);
  await app.endTurn(id, { reason: "error", errorMessage: "Interrupted" });
  const pendingPermissions = [request(id)];
  app.setLive(id, { sessionId: id, startedAtMs: 0, message: null, pendingPermissions, retry: null, isLeft: true });
  app.emit({ type: "permission-asked", sessionId: id, request: request(id), origin: "left" });
  await running.advance(400);
  assert.match(running.text, /The program ended while this was asked/);
});

test("quitting over a question that was left stops nothing", async (t) => {
  const { running } = await left(t);
  await running.press("ctrl+c");
  assert.match(running.text, /Leave Crush\?/);
  assert.doesNotMatch(running.text, /still at work/);
});

test("what would be another thing by now is asked anew and says so", async (t) => {
  const { running, app, id } = await left(t);
  await running.press("a");
  app.emit({ type: "permission-asked", sessionId: id, request: request(id, "now"), origin: "changed" });
  await running.advance(400);
  assert.match(running.text, /You allowed something else/);
  await running.press("a");
  assert.ok(app.calls.some((call) => call.startsWith("answerPermission(now")));
});

test("a lasting permission that could not be kept says that it held once", async (t) => {
  const { running, app, id } = await asked(t);
  app.emit({
    type: "grant-lost",
    sessionId: id,
    message: "cannot keep the permission: no space left",
    hint: "make room",
  });
  await running.advance(55);
  assert.match(running.text, /Allowed once: cannot keep the permission: no space left – make room/u);
});
