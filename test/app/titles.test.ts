/** Who names a session, and when. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asToolCallId, type SessionId } from "../../src/schema/ids.ts";
import type { ModelRequest } from "../../src/schema/model-request.ts";
import type { ModelFailure } from "../../src/providers/provider.ts";
import { type AppPlace, openAppPlace, type ScriptedAnswer, scriptedSettings } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const failed: ModelFailure = { kind: "overloaded", message: "busy", isRetryable: false };

async function begin(
  t: Parameters<typeof openAppPlace>[0],
  titles: AppPlace["titles"],
): Promise<[AppPlace, SessionId]> {
  const place = await openAppPlace(t, { titles });
  return [place, (await place.app.openStartSession()).id];
}

function title(place: AppPlace, id: SessionId): string {
  return place.app.showSession(id).session.title;
}

/** What the request's only message says. */
function textOf({ messages }: ModelRequest): string {
  const [message, ...others] = messages;
  assert.ok(message?.role === "user" && others.length === 0);
  return message.content.map((content) => (content.kind === "text" ? content.text : "")).join("");
}

function titleRequests(place: AppPlace): number {
  return place.requests.length - place.turnRequests.length;
}

/** Resolves when so many turns have ended from now on. */
async function turnEnds(place: AppPlace, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  const stop = place.app.watch((event) => {
    if (event.type === "turn-end") left -= 1;
    if (left === 0) resolve();
  });
  await promise;
  stop();
}

/** Has the next request for a title answered with "Three"; resolves when it is made. */
async function lastTitle(place: AppPlace): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  place.titles.push(async function* () {
    resolve();
    yield { type: "text-delta", blockId: "0", text: "Three" };
    yield { type: "finish", reason: "end_turn", usage: null };
  });
  return promise;
}

describe("titles", () => {
  test("first the prompt's first line, at once; then the small model's after turns 1, 3, 8 and 10", async (t) => {
    const [place, id] = await begin(t, ["One", "Three", "Eight", "Ten"]);
    const early: string[] = [];
    place.answers.push(async function* () {
      early.push(title(place, id));
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    const titles: string[] = [];
    for (let turn = 1; turn <= 10; turn += 1) {
      await place.say(id, `Fix the parser ${String(turn)}\nplease`);
      titles.push(title(place, id));
    }
    assert.deepEqual(early, ["Fix the parser 1"]);
    assert.deepEqual(titles, ["One", "One", "Three", "Three", "Three", "Three", "Three", "Eight", "Eight", "Ten"]);
    assert.equal(place.requests.find(({ request }) => request.tools.length === 0)?.request.modelId, "small");
  });

  test("the person's own commands are no turns", async (t) => {
    const [place, id] = await begin(t, ["One"]);
    await place.app.runShellCommand(id, "true", new AbortController().signal);
    await place.app.runShellCommand(id, "true", new AbortController().signal);
    await place.say(id, "Fix it");
    assert.deepEqual([title(place, id), place.app.showSession(id).metrics.turnCount], ["One", 1]);
  });

  test("a session that began with a command of the person's gets its provisional title too", async (t) => {
    const [place, id] = await begin(t, [failed]);
    await place.app.runShellCommand(id, "true", new AbortController().signal);
    await place.say(id, "Fix it");
    assert.equal(title(place, id), "Fix it");
  });

  test("what a person gave here is never overwritten, whenever they gave it", async (t) => {
    const [place, id] = await begin(t, []);
    place.titles.push(async function* () {
      await place.app.renameSession(id, "Mine");
      yield { type: "text-delta", blockId: "0", text: "The model's" };
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    await place.say(id, "Fix it");
    assert.equal(title(place, id), "Mine");
    const before = titleRequests(place);
    await place.say(id, "two");
    await place.say(id, "three");
    assert.deepEqual([title(place, id), titleRequests(place)], ["Mine", before]);
  });

  test("what another program gave, before or after ours, is never overwritten, and no other is asked for", async (t) => {
    for (const renamedIn of [1, 2]) {
      const [place, id] = await begin(t, ["One", "Three", "Eight"]);
      for (let turn = 1; turn <= 8; turn += 1) {
        place.answers.push(async function* () {
          if (turn === renamedIn) {
            runSql(place.databasePath, `update sessions set title = 'Theirs' where id = '${id}'`);
          }
          yield { type: "text-delta", blockId: "0", text: "fine" };
          yield { type: "finish", reason: "end_turn", usage: null };
        });
        await place.say(id, `Prompt ${String(turn)}`);
      }
      assert.deepEqual([title(place, id), titleRequests(place)], ["Theirs", renamedIn - 1]);
    }
  });

  test("an error leaves the title, is booked, and the next turn tries again", async (t) => {
    const [place, id] = await begin(t, [failed, "Two"]);
    await place.say(id, "Fix it");
    assert.equal(title(place, id), "Fix it");
    await place.say(id, "two");
    assert.equal(title(place, id), "Two");
    assert.equal(place.query("select id from x_usage where purpose = 'title'").length, 2);
  });

  test("a model that refuses each time is asked no more than at the usual occasions after three times", async (t) => {
    const place = await openAppPlace(t, { titles: Array.from({ length: 20 }, () => failed) });
    const session = await place.app.openStartSession();
    const asked: number[] = [];
    for (let turn = 1; turn <= 8; turn += 1) {
      await place.say(session.id, `Prompt ${String(turn)}`);
      asked.push(place.requests.length - place.turnRequests.length);
    }
    assert.deepEqual(asked, [1, 2, 3, 3, 3, 3, 3, 4]);
  });

  test("an empty or an over-long answer leaves the title, is booked, and the next occasion tries again", async (t) => {
    for (const answer of ["", "x".repeat(51), "<think>hm"]) {
      const [place, id] = await begin(t, [answer, "Three"]);
      await place.say(id, "Fix it");
      assert.equal(title(place, id), "Fix it");
      assert.equal(place.query("select id from x_usage where purpose = 'title'").length, 1);
      await place.say(id, "two");
      await place.say(id, "three");
      assert.equal(title(place, id), "Three");
    }
  });

  test("the first turn that ends well titles the session, also where one failed before", async (t) => {
    const [place, id] = await begin(t, ["One", "Three"]);
    place.answers.push(failed, "fine", "fine");
    const titles: string[] = [];
    for (const prompt of ["Fix it", "again", "and on"]) {
      await place.say(id, prompt);
      titles.push(title(place, id));
    }
    assert.deepEqual(titles, ["Fix it", "One", "Three"]);
  });

  test("what is said to a running turn is no turn", async (t) => {
    const [place, id] = await begin(t, ["One", "Three"]);
    const steer = (text: string): ScriptedAnswer =>
      async function* () {
        for (const each of [text, `${text}, please`]) {
          await place.app.queue.add(id, { text: each, attachments: [] }, "steering");
        }
        yield { type: "tool-call-end", toolCallId: asToolCallId(text), name: "ls", input: "{}" };
        yield { type: "finish", reason: "tool_use", usage: null };
      };
    const titles: string[] = [];
    for (const prompt of ["Fix it", "two", "three"]) {
      place.answers.push(steer(`faster ${prompt}`), "done");
      await place.say(id, prompt);
      titles.push(title(place, id));
    }
    assert.equal(place.transcript(id).filter(({ role }) => role === "user").length, 9);
    assert.deepEqual(titles, ["One", "One", "Three"]);
  });
});

describe("titles of prompts that had waited", () => {
  const prompt = (text: string): { text: string; attachments: [] } => ({ text, attachments: [] });

  test("a turn that begins at once is not counted with the one that has ended", async (t) => {
    const [place, id] = await begin(t, ["One"]);
    await place.say(id, "Fix it");
    const third = lastTitle(place);
    place.answers.push(async function* () {
      await place.app.queue.add(id, prompt("three"), "follow-up");
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    const ended = turnEnds(place, 2);
    await place.app.sendPrompt(id, prompt("two"));
    await Promise.all([ended, third]);
    await place.app.finishTitles();
    assert.deepEqual([title(place, id), titleRequests(place)], ["Three", 2]);
  });

  test("while a title is in the making none is asked for again", async (t) => {
    const [place, id] = await begin(t, []);
    const ended = turnEnds(place, 3);
    place.titles.push(async function* () {
      await ended;
      yield { type: "text-delta", blockId: "0", text: "One" };
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    const third = lastTitle(place);
    place.answers.push(async function* () {
      for (const text of ["two", "three"]) await place.app.queue.add(id, prompt(text), "follow-up");
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    await place.app.sendPrompt(id, prompt("Fix it"));
    await third;
    await place.app.finishTitles();
    assert.deepEqual([title(place, id), titleRequests(place)], ["Three", 2]);
  });
});

describe("requests for titles", () => {
  test("each request holds the turns so far, prompts and answers, the one that has just ended included", async (t) => {
    const [place, id] = await begin(t, ["One", "Three", "Eight"]);
    const asked: [turn: number, excerpt: string][] = [];
    for (let turn = 1; turn <= 8; turn += 1) {
      const before = place.requests.length;
      place.answers.push(`The answer ${String(turn)}`);
      await place.say(id, `The prompt ${String(turn)}`);
      const titled = place.requests.slice(before).filter(({ request }) => request.tools.length === 0);
      for (const { request } of titled) asked.push([turn, textOf(request)]);
    }
    const turns = (last: number): string =>
      Array.from({ length: last }, (_, index) => {
        const turn = String(index + 1);
        return `Person: The prompt ${turn}\n\nAssistant: The answer ${turn}`;
      }).join("\n\n");
    assert.deepEqual(
      asked,
      [1, 3, 8].map((turn) => [turn, turns(turn)]),
    );
  });

  test("a request that was turned away costs nothing, one that was canceled is called so", async (t) => {
    const [place, id] = await begin(t, [failed]);
    await place.say(id, "Fix it");
    const { consumed, knownCostUsd, unknownCostRequests } = place.app.showSession(id).metrics.titles;
    assert.deepEqual([consumed.inputTokens, knownCostUsd, unknownCostRequests], [0, 0, 0]);
    const { promise: begun, resolve } = Promise.withResolvers<undefined>();
    place.titles.push(async function* (_request, signal) {
      resolve(undefined);
      await new Promise((done) => {
        signal.addEventListener("abort", done, { once: true });
      });
      yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
    });
    await place.app.sendPrompt(id, { text: "two", attachments: [] });
    await begun;
    await place.close();
    const outcomes = place.query("select outcome from x_usage where purpose = 'title' order by started_at_ms, rowid");
    assert.deepEqual(
      outcomes.map((row) => row["outcome"]),
      ["overloaded", "canceled"],
    );
  });

  test("after a compaction the session is titled anew, from the summary", async (t) => {
    const [place, id] = await begin(t, ["One", "the handover", "After"]);
    await place.say(id, "Fix it");
    await place.app.compactSession(id);
    await place.app.finishTitles();
    assert.equal(title(place, id), "After");
    assert.match(JSON.stringify(place.requests.at(-1)?.request.messages), /Summary so far: the handover/u);
  });

  test("a model that reasons is asked to think as little as it can, and has room for what it thinks all the same", async (t) => {
    const limits: unknown[] = [];
    for (const more of [
      { can_reason: true, reasoning_levels: ["high", "low", "minimal"], default_reasoning_effort: "high" },
      { can_reason: true, reasoning_levels: ["high", "xhigh"], default_reasoning_effort: "high" },
      {},
    ]) {
      const small = { id: "small", name: "Small", context_window: 200_000, default_max_tokens: 8_000, ...more };
      const { test: provider } = scriptedSettings.providers;
      const providers = { test: { ...provider, models: [provider.models[0], small] } };
      const place = await openAppPlace(t, { settings: { ...scriptedSettings, providers } });
      const session = await place.app.openStartSession();
      await place.say(session.id, "Fix it");
      const request = place.requests.find(({ request: { modelId } }) => modelId === "small")?.request;
      limits.push([request?.reasoningEffort, request?.maxOutputTokens]);
    }
    assert.deepEqual(limits, [
      ["low", 4_000],
      ["high", 4_000],
      [undefined, 1_000],
    ]);
  });

  test("a small model of another provider is ready when it is asked", async (t) => {
    const settings = {
      ...scriptedSettings,
      models: { ...scriptedSettings.models, small: { provider: "other", model: "tiny" } },
      providers: {
        ...scriptedSettings.providers,
        other: {
          type: "openai-compat",
          base_url: "http://127.0.0.1:9",
          api_key: "$(echo made-by-a-program)",
          models: [{ id: "tiny", name: "Tiny" }],
        },
      },
    };
    const place = await openAppPlace(t, { settings });
    const session = await place.app.openStartSession();
    await place.say(session.id, "Fix it");
    const { settings: used, request } = place.requests.at(-1) ?? {};
    assert.deepEqual([request?.modelId, used?.apiKey], ["tiny", "made-by-a-program"]);
  });

  test("a model that goes away during the turn spoils neither the answer nor the title", async (t) => {
    const [place, id] = await begin(t, ["One"]);
    place.answers.push(async function* () {
      runSql(place.databasePath, `update x_session set model = 'gone' where session_id = '${id}'`);
      yield { type: "text-delta", blockId: "0", text: "fine" };
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    const outcome = await place.say(id, "Fix it");
    assert.deepEqual([outcome.reason, outcome.text, title(place, id)], ["end_turn", "fine", "One"]);
  });
});
