/** Titles where a provider takes one request at a time: they give way to prompts. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { SessionId } from "../../src/schema/ids.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import { type AppPlace, openAppPlace, scriptedSettings } from "../harness/app-place.ts";

const settings = { ...scriptedSettings, options: { max_concurrent_requests: 1 } };

function title(place: AppPlace, id: SessionId): string {
  return place.app.showSession(id).session.title;
}

function titleRequests(place: AppPlace, id?: SessionId): number {
  return place.requests.filter(
    ({ request }) => request.tools.length === 0 && (id === undefined || request.cacheKey === id),
  ).length;
}

async function* untilAborted(_request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  if (!signal.aborted) await once(signal, "abort");
  yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** A session whose first title is under way, and another that takes its place for a turn of three steps. */
async function beginTwo(
  t: Parameters<typeof openAppPlace>[0],
  inBetween?: (place: AppPlace, id: SessionId) => Promise<void>,
): Promise<{ readonly place: AppPlace; readonly id: SessionId }> {
  const place = await openAppPlace(t, { settings, titles: [untilAborted] });
  const { id } = await place.app.openStartSession();
  await place.app.sendPrompt(id, { text: "Fix it", attachments: [] });
  await until(() => titleRequests(place) === 1);
  const other = await place.app.openStartSession();
  const look = [{ name: "ls", input: { path: "." } }];
  place.answers.push(look, look, async function* () {
    assert.equal(titleRequests(place), 1, "none between the steps");
    await inBetween?.(place, id);
    yield { type: "finish", reason: "end_turn", usage: null };
  });
  await place.app.sendPrompt(other.id, { text: "two", attachments: [] });
  return { place, id };
}

test("where a provider takes one request at a time, a title gives way to the next prompt and is made after it", async (t) => {
  const place = await openAppPlace(t, { settings, titles: [untilAborted] });
  const { id } = await place.app.openStartSession();
  await place.app.sendPrompt(id, { text: "Fix it", attachments: [] });
  await until(() => titleRequests(place) === 1);
  await place.say(id, "two");
  assert.equal(title(place, id), "A fitting title");
  assert.deepEqual(
    place.events.filter(({ type }) => type === "request-wait"),
    [],
  );
  const outcomes = place.query("select outcome from x_usage where purpose = 'title' order by started_at_ms, rowid");
  assert.deepEqual(
    outcomes.map((row) => row["outcome"]),
    ["canceled", "ok"],
  );
});

test("a title that gave way after a later occasion is made after the next turn; it is no model that refuses", async (t) => {
  const place = await openAppPlace(t, {
    settings,
    titles: ["One", untilAborted, untilAborted, untilAborted, "Three"],
  });
  const { id } = await place.app.openStartSession();
  for (const prompt of ["one", "two"]) await place.say(id, prompt);
  for (const [index, prompt] of ["three", "four", "five"].entries()) {
    await place.app.sendPrompt(id, { text: prompt, attachments: [] });
    await until(() => titleRequests(place) === index + 2);
  }
  assert.equal(title(place, id), "One");
  await place.say(id, "six");
  assert.equal(title(place, id), "Three");
});

test("a title that gave way to another session's turn is made when that has ended, not between its steps", async (t) => {
  const { place, id } = await beginTwo(t);
  await place.app.finishTitles();
  assert.equal(title(place, id), "A fitting title");
  const outcomes = place.query(`select outcome from x_usage where purpose = 'title' and session_id = '${id}'`);
  assert.deepEqual(
    outcomes.map((row) => row["outcome"]),
    ["canceled", "ok"],
  );
});

test("a title that gave way is not made again where a person has named the session or it is deleted", async (t) => {
  for (const change of ["rename", "delete"] as const) {
    const { place, id } = await beginTwo(t, async ({ app }, sessionId) => {
      if (change === "rename") await app.renameSession(sessionId, "Mine");
      else await app.deleteSession(sessionId);
    });
    await place.app.finishTitles();
    assert.equal(titleRequests(place, id), 1, change);
  }
});

test("a title that waits for its provider is not asked for on leaving", async (t) => {
  const place = await openAppPlace(t, { settings, titles: [untilAborted], answers: ["done", untilAborted] });
  const { id } = await place.app.openStartSession();
  await place.app.sendPrompt(id, { text: "Fix it", attachments: [] });
  await until(() => titleRequests(place) === 1);
  const other = await place.app.openStartSession();
  const turn = place.app.sendPrompt(other.id, { text: "two", attachments: [] });
  await until(() => place.query("select id from x_usage where outcome = 'canceled'").length === 1);
  await place.close();
  await turn;
  assert.equal(titleRequests(place), 1);
});

test("a title that gives way each time is tried four times", async (t) => {
  const place = await openAppPlace(t, { settings, titles: Array.from({ length: 8 }, () => untilAborted) });
  const { id } = await place.app.openStartSession();
  const send = async (sessionId: SessionId): Promise<unknown> =>
    place.app.sendPrompt(sessionId, { text: "Fix it", attachments: [] });
  await send(id);
  const other = await place.app.openStartSession();
  await place.app.renameSession(other.id, "Mine");
  for (let tries = 1; tries <= 4; tries += 1) {
    await until(() => titleRequests(place) === tries);
    await send(other.id);
  }
  await place.app.finishTitles();
  assert.equal(titleRequests(place, id), 4);
});
