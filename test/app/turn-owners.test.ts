/** What windows ask of one another about a turn that runs. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { App } from "../../src/app/app.ts";
import { AppError } from "../../src/lib/app-error.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";

const withText = (text: string): { text: string; attachments: [] } => ({ text, attachments: [] });

async function* untilAborted(_request: unknown, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: "text-delta", blockId: "0", text: "so far" };
  await new Promise<void>((ended) => {
    signal.addEventListener("abort", () => ended(), { once: true });
  });
  yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
}

async function next(app: App, fits: (event: SessionEvent) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = app.watch((event) => {
    if (fits(event)) resolve();
  });
  await promise;
  stop();
}

/** A window in the middle of a turn that ends when it is canceled, and another one. */
async function twoWindows(
  t: TestContext,
): Promise<{ place: AppPlace; owner: App; other: App; sessionId: SessionId; turn: ReturnType<App["sendPrompt"]> }> {
  const place = await openAppPlace(t, { answers: [untilAborted, "next"] });
  const owner = place.app;
  t.after(async () => owner.close());
  const { id: sessionId } = await owner.openStartSession();
  const other = await place.open();
  const turn = owner.sendPrompt(sessionId, withText("a"));
  await next(owner, (event) => event.type === "text-delta");
  return { place, owner, other, sessionId, turn };
}

test("a turn is canceled from another window; what it said is kept", async (t) => {
  const { other, sessionId, turn, place } = await twoWindows(t);
  await other.cancelTurn(sessionId);
  const outcome = await turn;
  assert.equal(outcome.reason, "canceled");
  assert.deepEqual(place.query("select fence from x_turn"), []);
  assert.deepEqual(
    place.transcript(sessionId).map(({ role }) => role),
    ["user", "assistant"],
  );
});

test("nothing is taken from an owner that answers; one that runs nothing has nothing to be canceled", async (t) => {
  const { owner, other, sessionId, turn } = await twoWindows(t);
  await assert.rejects(
    other.queue.takeOver(sessionId),
    (error) => error instanceof AppError && error.code === "session-busy" && /process \d+ on /u.test(error.message),
  );
  await owner.cancelTurn(sessionId);
  await turn;
  await other.cancelTurn(sessionId);
  await other.queue.takeOver(sessionId);
  assert.equal((await other.sendPrompt(sessionId, withText("b"))).text, "next");
});

test("what is deleted in another window is stopped first, by whom nobody watches too", async (t) => {
  const place = await openAppPlace(t, { answers: [untilAborted] });
  const owner = place.app;
  t.after(async () => owner.close());
  const { id: sessionId } = await owner.openStartSession();
  const other = await place.open();
  const begun = next(other, (event) => event.type === "turn-start");
  const turn = owner.sendPrompt(sessionId, withText("a"));
  await begun;
  await other.deleteSession(sessionId);
  assert.equal((await turn).reason, "canceled");
  assert.deepEqual(place.query("select id from sessions"), []);
});
