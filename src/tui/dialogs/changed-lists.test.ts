/** Lists that change by themselves while they are open: keys work on what the person saw. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../../test/harness/screen-program.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Grant } from "../../schema/permission.ts";

interface Place {
  readonly running: ScreenProgram;
  readonly app: FakeApp;
  readonly anvil: SessionId;
}

/** A turn runs, three prompts wait, their list is open, the first chosen. */
async function started(t: TestContext): Promise<Place> {
  const app = new FakeApp();
  const anvil = app.addSession("Anvil");
  const running = await startScreenProgram(t, { app, sessionId: anvil });
  for (const text of ["heat", "hammer", "quench", "polish"]) {
    await running.paste(text);
    await running.press("enter");
  }
  await running.press("ctrl+t");
  return { running, app, anvil };
}

function queued({ app, anvil }: Place): string[] {
  return app.queue.list(anvil).map(({ text }) => text);
}

function chosen({ running }: Place): string {
  return /│ › (\S+)/u.exec(running.text)?.[1] ?? "";
}

function idOf({ app, anvil }: Place, text: string): string {
  return app.queue.list(anvil).find((prompt) => prompt.text === text)?.id ?? "";
}

test("the chosen prompt stays chosen while those before it begin", async (t) => {
  const place = await started(t);
  await place.running.press("down");
  assert.equal(chosen(place), "quench");
  await place.app.endTurn(place.anvil);
  place.running.send("x");
  await place.running.settle();
  assert.deepEqual(queued(place), ["polish"]);
  assert.deepEqual(
    place.app.prompts.map(({ prompt }) => prompt.text),
    ["heat", "hammer"],
  );
});

test("where the chosen prompt has begun, the next key works on nothing, and then on what is seen", async (t) => {
  const place = await started(t);
  const { running, app, anvil } = place;
  await app.endTurn(anvil);
  running.send("x");
  assert.deepEqual(queued(place), ["quench", "polish"]);
  await running.advance(100);
  assert.match(running.text, /the list has just changed: look again/u);
  assert.equal(chosen(place), "quench");
  await running.press("x");
  assert.deepEqual(queued(place), ["polish"]);
});

test("a key that moves a prompt moves the same one however fast it is pressed, and the list shows it at once", async (t) => {
  const place = await started(t);
  const { running, app } = place;
  const moves: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const id = idOf(place, "polish");
  t.mock.method(app.queue, "move", async (movedId: string, to: number) => {
    moves.push([movedId, to]);
    return promise;
  });
  await running.press("down", "down");
  running.send("u");
  running.send("u");
  await running.settle();
  assert.deepEqual(moves, [
    [id, 1],
    [id, 0],
  ]);
  assert.match(running.text, /› polish[\s\S]*hammer[\s\S]*quench/u);
  resolve(false);
  await running.advance(100);
  assert.match(running.text, /hammer[\s\S]*quench[\s\S]*› polish/u, "what was not moved stands where it was");
});

test("the list of a session that is not shown keeps its choice, too", async (t) => {
  const place = await started(t);
  const { running, app, anvil } = place;
  await running.press("down");
  await running.press("ctrl+n");
  await app.endTurn(anvil);
  await running.press("alt+1");
  assert.equal(chosen(place), "quench");
});

test("of the permissions given, the chosen one stays chosen; what took its place is not revoked unseen", async (t) => {
  const place = await started(t);
  const { running, app } = place;
  await running.press("escape");
  const grant = (id: string): Grant => ({
    id,
    scope: "session",
    sessionId: place.anvil,
    tool: "bash",
    action: "execute",
    pattern: `${id} *`,
    createdAtMs: 0,
  });
  const change = async (...ids: readonly string[]): Promise<void> => {
    app.grants = ids.map(grant);
    app.emit({ type: "grants-changed", sessionId: place.anvil });
  };
  await change("git", "ls", "npm");
  running.program.dispatch({ type: "command", command: "grants", argument: "" });
  await running.press("down");
  await change("cat", "git", "ls", "npm");
  running.send("x");
  await running.settle();
  assert.deepEqual(
    app.calls.filter((call) => call.startsWith("revokeGrant")),
    ["revokeGrant(ls)"],
  );
  await running.advance(100);
  await change("cat");
  running.send("x");
  await running.advance(100);
  assert.equal(app.calls.filter((call) => call.startsWith("revokeGrant")).length, 1);
  assert.match(running.text, /the list has just changed: look again/u);
});
