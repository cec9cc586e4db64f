/** Several sessions at work at once in one process. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { App } from "../../src/app/app.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { openAppPlace, scriptedSettings, scriptedUsage } from "../harness/app-place.ts";

/** Answers when the gate is opened, or ends when it is aborted. */
function held(gate: EventTarget) {
  return async function* (_request: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    await Promise.race([once(gate, "open"), once(signal, "abort")]);
    if (signal.aborted) {
      yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
      return;
    }
    yield { type: "text-start", blockId: "0" };
    yield { type: "text-delta", blockId: "0", text: "held" };
    yield { type: "text-end", blockId: "0" };
    yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
  };
}

async function happened(app: App, what: Pick<SessionEvent, "type" | "sessionId">): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = app.watch((event) => {
    if (event.type === what.type && event.sessionId === what.sessionId) resolve();
  });
  await promise;
  stop();
}

test("a turn that is canceled while its request waits for another session's costs nothing", async (t) => {
  const gate = new EventTarget();
  const place = await openAppPlace(t, {
    answers: [held(gate)],
    settings: { ...scriptedSettings, options: { max_concurrent_requests: 1 } },
  });
  const { app } = place;
  const [first, second] = [await app.createSession(), await app.createSession()];
  const answered = app.sendPrompt(first.id, { text: "one", attachments: [] });
  await happened(app, { type: "step-start", sessionId: first.id });
  const canceled = app.sendPrompt(second.id, { text: "two", attachments: [] });
  await happened(app, { type: "request-wait", sessionId: second.id });
  await app.cancelTurn(second.id);
  assert.equal((await canceled).reason, "canceled");
  assert.deepEqual(place.query(`SELECT id FROM x_usage WHERE session_id = '${second.id}'`), []);
  assert.match(
    String(
      place
        .transcript(second.id)
        .at(-1)
        ?.parts.map((part) => part.type),
    ),
    /finish/u,
  );
  gate.dispatchEvent(new Event("open"));
  assert.equal((await answered).reason, "end_turn");
  assert.equal(place.turnRequests.length, 1, "the canceled request was never sent");
});
