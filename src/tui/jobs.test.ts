import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { type ScreenProgram, startScreenProgram } from "../../test/harness/screen-program.ts";
import type { SessionId } from "../schema/ids.ts";

interface Opened {
  readonly running: ScreenProgram;
  readonly app: FakeApp;
  readonly shownId: SessionId;
  readonly otherId: SessionId;
}

async function opened(t: TestContext): Promise<Opened> {
  const app = new FakeApp();
  const shownId = app.addSession("Anvil");
  const otherId = app.addSession("Bellows");
  const running = await startScreenProgram(t, { app, sessionId: shownId, size: { columns: 120, rows: 40 } });
  app.emit({ type: "turn-start", sessionId: otherId });
  await running.settle();
  app.emit({ type: "turn-end", sessionId: otherId, reason: "end_turn" });
  await running.settle();
  return { running, app, shownId, otherId };
}

test("what runs in the background is marked in the sidebar, the list and the status line, and named in the details", async (t) => {
  const { running, app, shownId, otherId } = await opened(t);
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: ["npm run dev", "sleep 8765"] });
  app.emit({ type: "jobs-changed", sessionId: shownId, commands: ["make -j"] });
  await running.advance(1000);
  assert.match(running.text, /✓ Bellows & 2 jobs/u);
  assert.match(running.text, /○ ready · & 1 job$/mu);
  assert.match(running.text, /^ ready · & 1 job /mu);
  await running.press("ctrl+d");
  assert.match(running.text, /Jobs {6}& make -j/u);
  await running.press("escape", "ctrl+s");
  assert.match(running.text, /Anvil \(open\) & 1 job/u);
  assert.match(running.text, /Bellows & 2 jobs/u);
  await running.press("escape");
  for (const sessionId of [shownId, otherId]) app.emit({ type: "jobs-changed", sessionId, commands: [] });
  await running.advance(1000);
  assert.doesNotMatch(running.text, /& \d job/u);
});

test("the jobs of other sessions are counted where there is no sidebar", async (t) => {
  const app = new FakeApp();
  const [shownId, otherId] = [app.addSession("Anvil"), app.addSession("Bellows")];
  const running = await startScreenProgram(t, { app, sessionId: shownId, size: { columns: 80, rows: 24 } });
  app.emit({ type: "turn-start", sessionId: otherId });
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: ["npm run dev"] });
  app.emit({ type: "turn-end", sessionId: otherId, reason: "canceled" });
  await running.advance(1000);
  assert.match(running.text, /· & 1 job there/u);
});

test("before leaving, jobs are named with their sessions, and can be waited for", async (t) => {
  const { running, app, shownId, otherId } = await opened(t);
  app.emit({ type: "jobs-changed", sessionId: shownId, commands: ["make -j"] });
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: ["a", "b", "c", `npm run ${"dev ".repeat(40)}`] });
  await running.press("ctrl+c");
  assert.match(running.text, /5 background jobs still run: stopped with Crush\./u);
  assert.match(running.text, /│ {3}make -j +│/u);
  assert.match(running.text, /│ {3}a \(Bellows\)/u);
  assert.match(running.text, /… 2 more/u);
  assert.match(running.text, /w quit when done/u);
  assert.doesNotMatch(running.text, /j when the sessions are done/u);
  await running.press("w");
  assert.match(running.text, /quits when 5 jobs have ended, esc stays/u);
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: [] });
  await running.settle();
  assert.equal(running.program.state.leavesAfter, "jobs");
  app.emit({ type: "jobs-changed", sessionId: shownId, commands: [] });
  await running.settle();
  assert.equal(running.program.state.leavesAfter, null, "it quits");
});

test("with sessions at work one can leave when they are done, ending what runs in the background", async (t) => {
  const { running, app, shownId, otherId } = await opened(t);
  app.emit({ type: "jobs-changed", sessionId: shownId, commands: ["npm run dev"] });
  app.emit({ type: "turn-start", sessionId: otherId });
  await running.press("ctrl+c");
  assert.match(running.text, /1 session still at work/u);
  assert.match(running.text, /1 background job still runs/u);
  await running.press("w");
  assert.match(running.text, /quits when 1 session and 1 job have ended/u);
  await running.press("ctrl+c", "j");
  assert.match(running.text, /quits when 1 session has ended/u);
  app.emit({ type: "turn-end", sessionId: otherId, reason: "end_turn" });
  await running.settle();
  assert.equal(running.program.state.leavesAfter, null, "it quits");
});

test("the last word of a deleted session's jobs brings nothing of it back", async (t) => {
  const { running, app, otherId } = await opened(t);
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: ["npm run dev"] });
  app.emit({ type: "session-deleted", sessionId: otherId });
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: [] });
  await running.settle();
  assert.deepEqual(Object.keys(running.program.state.desks).includes(otherId), false);
});

test("a session that is deleted with two jobs does not come back when the first of them ends", async (t) => {
  const { running, app, otherId } = await opened(t);
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: ["npm run dev", "sleep 8765"] });
  app.emit({ type: "session-deleted", sessionId: otherId });
  app.emit({ type: "jobs-changed", sessionId: otherId, commands: ["sleep 8765"] });
  await running.advance(1000);
  assert.doesNotMatch(running.text, /& 1 job/u);
  assert.equal(Object.hasOwn(running.program.state.desks, otherId), false);
});
