/** Prompts that wait: kept on disk, run in their order by whoever is alive to run them, never unasked. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { App } from "../../src/app/app.ts";
import { AppError } from "../../src/lib/app-error.ts";
import type { ModelEvent, ModelFailure } from "../../src/providers/provider.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { type AppPlace, openAppPlace, type ScriptedAnswer, scriptedUsage } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const withText = (text: string): { text: string; attachments: [] } => ({ text, attachments: [] });
const refused: ModelFailure = { kind: "auth", message: "wrong key", isRetryable: false };

/** An answer that waits until it is let go. */
function held(text: string): { readonly answer: ScriptedAnswer; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const answer = (_request: unknown, signal: AbortSignal): AsyncIterable<ModelEvent> =>
    (async function* (): AsyncGenerator<ModelEvent> {
      yield { type: "text-delta", blockId: "0", text };
      const aborted = new Promise<void>((ended) => {
        signal.addEventListener("abort", () => ended(), { once: true });
      });
      await Promise.race([promise, aborted]);
      if (!signal.aborted) yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
    })();
  return { answer, release: () => resolve() };
}

/** Resolves when an event of this window fits from now on. */
async function next(app: App, fits: (event: SessionEvent) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = app.watch((event) => {
    if (fits(event)) resolve();
  });
  await promise;
  stop();
}

/** Resolves once it holds; each event of this window is a reason to look. */
async function until(app: App, holds: () => boolean): Promise<void> {
  if (!holds()) await next(app, holds);
}

const turnsEnded = async (app: App, count: number): Promise<void> => {
  let left = count;
  await next(app, (event) => {
    if (event.type === "turn-end") left -= 1;
    return left === 0;
  });
};

function prompts(place: AppPlace, sessionId: SessionId): string[] {
  const rows = place.query(
    `select parts from messages where session_id = '${sessionId}' and role = 'user' order by rowid`,
  );
  return rows.map(({ parts }) => /"text":"([^"]*)"/u.exec(String(parts))?.[1] ?? "");
}

async function begun(
  t: TestContext,
  answers: readonly ScriptedAnswer[],
): Promise<{ place: AppPlace; sessionId: SessionId }> {
  const place = await openAppPlace(t, { answers });
  const { id: sessionId } = await place.app.openStartSession();
  return { place, sessionId };
}

test("prompts of a busy session run after the turn, in their order, as they are by then", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer, "two", "three"]);
  const { app } = place;
  await app.saveDraft(sessionId, "b");
  const turn = app.sendPrompt(sessionId, withText("a"));
  await next(app, (event) => event.type === "text-delta");
  await app.saveDraft(sessionId, "b");
  await app.queue.add(sessionId, withText("b"), "follow-up");
  assert.equal(app.readDraft(sessionId), "");
  await app.queue.add(sessionId, withText("c"), "follow-up");
  await app.queue.add(sessionId, withText("d"), "follow-up");
  const [b, c, d] = app.queue.list(sessionId);
  assert.ok(b !== undefined && c !== undefined && d !== undefined);
  assert.deepEqual([b.state, b.origin, b.kind], ["waiting", null, "follow-up"]);
  assert.equal(app.queue.ownCount(), 3);
  assert.ok(await app.queue.edit(b.id, "B"));
  assert.ok(await app.queue.move(d.id, 0));
  assert.ok(await app.queue.remove(c.id));
  assert.equal(await app.queue.remove(c.id), false);
  await app.saveDraft(sessionId, "being typed");
  first.release();
  await Promise.all([turn, turnsEnded(app, 3)]);
  assert.deepEqual(prompts(place, sessionId), ["a", "d", "B"]);
  assert.equal(app.readDraft(sessionId), "being typed");
  assert.deepEqual(app.queue.list(sessionId), []);
});

test("steering reaches the running turn before its next step, behind the results", async (t) => {
  const { place, sessionId } = await begun(t, [[{ name: "ls", input: {} }], "I see"]);
  const { app } = place;
  const stop = app.watch((event) => {
    if (event.type === "tool-call-end") void app.queue.add(sessionId, withText("and be short"), "steering");
  });
  await app.sendPrompt(sessionId, withText("look"));
  stop();
  const roles = place.transcript(sessionId).map(({ role }) => role);
  assert.deepEqual(roles, ["user", "assistant", "tool", "user", "assistant"]);
  const request = place.turnRequests.at(-1)?.request.messages ?? [];
  assert.deepEqual(
    request.map(({ role }) => role),
    ["user", "assistant", "tool", "user"],
  );
  assert.deepEqual(app.queue.list(sessionId), []);
});

test("steering that comes too late is the next turn's prompt, before the follow-ups", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer]);
  const { app } = place;
  const turn = app.sendPrompt(sessionId, withText("a"));
  await next(app, (event) => event.type === "text-delta");
  await app.queue.add(sessionId, withText("follow"), "follow-up");
  await app.queue.add(sessionId, withText("steer"), "steering");
  first.release();
  await Promise.all([turn, turnsEnded(app, 3)]);
  assert.deepEqual(prompts(place, sessionId), ["a", "steer", "follow"]);
});

test("after a cancel or a failure the queue waits for one key", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer, refused, "at last"]);
  const { app } = place;
  const turn = app.sendPrompt(sessionId, withText("a"));
  await next(app, (event) => event.type === "text-delta");
  await app.queue.add(sessionId, withText("b"), "follow-up");
  await app.queue.add(sessionId, withText("c"), "follow-up");
  const states = (): string =>
    app.queue
      .list(sessionId)
      .map(({ state }) => state)
      .join(" ");
  await Promise.all([turn, app.cancelTurn(sessionId)]);
  await until(app, () => states() === "paused paused");
  await app.queue.resume(sessionId);
  await until(app, () => states() === "paused");
  const ended = turnsEnded(app, 1);
  await app.queue.resume(sessionId);
  await ended;
  assert.deepEqual(prompts(place, sessionId), ["a", "b", "c"]);
});

test("after a restart a queue is paused; a prompt that is sent does not wake it, one key does", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer, "new", "old"]);
  const turn = place.app.sendPrompt(sessionId, withText("a"));
  await next(place.app, (event) => event.type === "text-delta");
  await place.app.queue.add(sessionId, withText("old one"), "follow-up");
  await place.close();
  await turn;
  const app = await place.open();
  assert.deepEqual(
    app.queue.list(sessionId).map(({ text, state }) => [text, state]),
    [["old one", "paused"]],
  );
  await place.say(sessionId, "new one");
  assert.equal(app.queue.list(sessionId).length, 1);
  const [waiting] = app.queue.list(sessionId);
  assert.ok(waiting !== undefined);
  const ended = turnsEnded(app, 1);
  await app.queue.runNow(waiting.id);
  await ended;
  assert.deepEqual(prompts(place, sessionId), ["a", "new one", "old one"]);
});

test("steering that a closed window left is paused: no other turn is told it", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer, [{ name: "ls", input: {} }], "new"]);
  const turn = place.app.sendPrompt(sessionId, withText("a"));
  await next(place.app, (event) => event.type === "text-delta");
  await place.app.queue.add(sessionId, withText("old steering"), "steering");
  await place.close();
  await turn;
  const app = await place.open();
  await place.say(sessionId, "new one");
  assert.deepEqual(prompts(place, sessionId), ["a", "new one"]);
  assert.deepEqual(
    app.queue.list(sessionId).map(({ text, state }) => [text, state]),
    [["old steering", "paused"]],
  );
});

test("a prompt that is queued in another window is run by the owner; when that exits, the waiting window goes on", async (t) => {
  const first = held("one");
  const second = held("two");
  const { place, sessionId } = await begun(t, [first.answer, second.answer, "three"]);
  const owner = place.app;
  t.after(async () => owner.close());
  const waiting = await place.open();
  waiting.watch(() => undefined);
  const turn = owner.sendPrompt(sessionId, withText("a"));
  await next(owner, (event) => event.type === "text-delta");
  await waiting.queue.add(sessionId, withText("b"), "follow-up");
  assert.match(owner.queue.list(sessionId)[0]?.origin ?? "", /^process \d+ on /u);
  const isSecond = next(owner, (event) => event.type === "text-delta");
  first.release();
  await Promise.all([turn, isSecond]);
  await waiting.queue.add(sessionId, withText("c"), "follow-up");
  const ended = next(waiting, (event) => event.type === "message-created" && event.message.role === "assistant");
  await owner.close();
  await ended;
  assert.deepEqual(prompts(place, sessionId), ["a", "b", "c"]);
});

test("`send` runs at once where the session is free, else in its turn; told not to wait, it says who has it", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer, "two"]);
  const { app } = place;
  const never = new AbortController().signal;
  const waits: string[] = [];
  const hooks = {
    mayTakeOver: false,
    onSilent: () => undefined,
    onWait: (who: string): void => void waits.push(who),
    onBegin: () => void waits.push("begins"),
  };
  const turn = app.queue.send(sessionId, withText("a"), { signal: never, mayWait: true, ...hooks });
  await next(app, (event) => event.type === "text-delta");
  await assert.rejects(
    app.queue.send(sessionId, withText("x"), { signal: never, mayWait: false, ...hooks }),
    (error) => error instanceof AppError && error.code === "session-busy" && /process \d+/u.test(error.message),
  );
  const stopped = new AbortController();
  const canceled = app.queue.send(sessionId, withText("y"), { signal: stopped.signal, mayWait: true, ...hooks });
  const queued = app.queue.send(sessionId, withText("b"), { signal: never, mayWait: true, ...hooks });
  stopped.abort();
  await assert.rejects(canceled, (error) => error instanceof AppError && error.code === "turn-canceled");
  first.release();
  assert.equal((await turn).text, "one");
  assert.equal((await queued).text, "two");
  assert.equal(waits.length, 3);
  assert.equal(waits[2], "begins");
  assert.deepEqual(prompts(place, sessionId), ["a", "b"]);
});

test("of two prompts that are sent in one moment the later one waits, or fails where it is told not to", async (t) => {
  for (const mayWait of [true, false]) {
    const first = held("one");
    const { place, sessionId } = await begun(t, [first.answer, "two"]);
    const windows = [place.app, await place.open()];
    t.after(async () => windows[0]?.close());
    const codes: string[] = [];
    const turns = windows.map(async (app, index) => {
      const signal = new AbortController().signal;
      const hooks = { signal, mayWait, mayTakeOver: false, onSilent: () => undefined, onBegin: () => undefined };
      try {
        return (
          await app.queue.send(sessionId, withText(`prompt ${String(index)}`), { ...hooks, onWait: first.release })
        ).text;
      } catch (error) {
        first.release();
        codes.push(error instanceof AppError ? error.code : String(error));
        return "";
      }
    });
    assert.deepEqual((await Promise.all(turns)).toSorted(), mayWait ? ["one", "two"] : ["", "one"]);
    assert.deepEqual(codes, mayWait ? [] : ["session-busy"]);
    assert.equal(prompts(place, sessionId).length, mayWait ? 2 : 1);
  }
});

test("a program without a screen gives what waits behind its turn back to the windows, and lives on", async (t) => {
  const first = held("one");
  const { place, sessionId } = await begun(t, [first.answer, "two", "three"]);
  const window = place.app;
  t.after(async () => window.close());
  window.watch(() => undefined);
  const headless = await place.open({ headless: "allow" });
  headless.watch(() => undefined);
  const turn = headless.sendPrompt(sessionId, withText("a"));
  await next(headless, (event) => event.type === "text-delta");
  await window.queue.add(sessionId, withText("b"), "follow-up");
  await window.queue.add(sessionId, withText("c"), "follow-up");
  const own = next(window, (event) => event.type === "message-updated" && JSON.stringify(event).includes('"three"'));
  first.release();
  await Promise.all([turn, own]);
  assert.deepEqual(prompts(place, sessionId), ["a", "b", "c"]);
});

test("a prompt with a picture keeps it; a session that is deleted takes its queue along", async (t) => {
  const { place, sessionId } = await begun(t, []);
  const { app } = place;
  await place.say(sessionId, "hi");
  const part = { type: "binary", path: "a.png", mimeType: "image/png", data: "iVBORw0KGgo=" } as const;
  runSql(
    place.databasePath,
    `insert into x_turn (session_id, owner_id, owner_name, phase, started_at_ms)
    select id, 'gone', 'gone', 'ended', 1 from sessions`,
  );
  await app.queue.add(sessionId, { text: "see", attachments: [part] }, "follow-up");
  assert.deepEqual(app.queue.list(sessionId)[0]?.attachments, [part]);
  runSql(place.databasePath, "pragma foreign_keys = on; delete from sessions");
  assert.deepEqual(place.query("select id from x_queue"), []);
});
