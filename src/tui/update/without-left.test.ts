import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../../test/harness/screen-program.ts";
import { asSessionId, type SessionId } from "../../schema/ids.ts";
import { numberOf } from "../recent-sessions.ts";

test("a session that was left before it had a row is forgotten, unless something has come to it", async (t) => {
  const app = new FakeApp();
  const [empty, other] = [app.addSession("New Session"), app.addSession("Bellows")];
  app.withoutRow.add(empty);
  const running = await startScreenProgram(t, { app, sessionId: empty, size: { columns: 120, rows: 40 } });
  const numbers = (): number[] => [empty, other].map((id: SessionId) => numberOf(running.program.state.recent, id));
  const left = async (sessionId: SessionId): Promise<void> => {
    running.program.dispatch({ type: "session-left", sessionId });
    await running.settle();
  };
  await left(empty);
  assert.deepEqual(numbers(), [1, 0], "it is shown");
  await running.press("ctrl+s");
  await running.type("Bellows");
  await running.press("enter");
  assert.deepEqual(numbers(), [0, 2]);
  assert.doesNotMatch(running.text, /New Session/u);
  app.emit({ type: "turn-start", sessionId: empty });
  await left(empty);
  await left(asSessionId("never seen"));
  await running.advance(1000);
  assert.match(running.text, /● New Session/u);
});
