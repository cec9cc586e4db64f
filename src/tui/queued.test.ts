import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeApp } from "../../test/harness/fake-app.ts";
import { startScreenProgram } from "../../test/harness/screen-program.ts";
import { asMessageId } from "../schema/ids.ts";

test("a request that waits for others is shown so wherever its session is", async (t) => {
  const app = new FakeApp();
  const [shownId, otherId] = [app.addSession("Anvil"), app.addSession("Bellows")];
  const running = await startScreenProgram(t, { app, sessionId: shownId, size: { columns: 120, rows: 40 } });
  const ids = [shownId, otherId];
  for (const sessionId of ids) {
    app.setLive(sessionId, { sessionId, startedAtMs: 0, message: null, pendingPermissions: [], retry: null });
    app.emit({ type: "turn-start", sessionId });
    app.emit({ type: "request-wait", sessionId, messageId: asMessageId("m") });
  }
  await running.advance(1000);
  assert.match(running.text, /│ ⧗ waiting for its turn/u);
  assert.match(running.text, /⧗ Bellows/u);
  await running.press("ctrl+s");
  assert.match(running.text, /› ⧗ Anvil/u);
  assert.match(running.text, /│ {3}⧗ Bellows/u);
  for (const sessionId of ids) app.emit({ type: "request-start", sessionId, messageId: asMessageId("m") });
  await running.advance(1000);
  assert.match(running.text, /› ● Anvil/u);
  assert.doesNotMatch(running.text, /⧗/u);
});
