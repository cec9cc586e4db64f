/** What is taken as a prompt, what it is sent with, and what it costs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PromptInput, TurnOutcome } from "../../src/app/prompt.ts";
import type { BinaryPart } from "../../src/schema/message.ts";
import type { ModelEvent, ModelFailure } from "../../src/providers/provider.ts";
import { openAppPlace, scriptedSettings, scriptedUsage } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const attachment = (mimeType: string, bytes: number): BinaryPart => ({
  type: "binary",
  path: "file",
  mimeType,
  data: Buffer.alloc(bytes, "x").toString("base64"),
});

describe("sendPrompt", () => {
  test("what can't be taken is refused with nothing stored, sent or told", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.createSession();
    const refusals: [code: string, prompt: PromptInput][] = [
      ["usage", { text: " \n", attachments: [] }],
      ["input-not-text", { text: "a\0b", attachments: [] }],
      ["prompt-too-large", { text: "x".repeat(5_000_000), attachments: [] }],
      ["prompt-too-large", { text: "x", attachments: [attachment("text/plain", 5_000_000)] }],
      ["prompt-too-large", { text: "x", attachments: [attachment("image/png", 40_000_000)] }],
    ];
    const before = place.events.length;
    for (const [code, prompt] of refusals) await assert.rejects(app.sendPrompt(session.id, prompt), { code });
    assert.deepEqual(place.query("select id from messages"), []);
    assert.deepEqual([place.requests.length, place.events.length], [0, before]);
  });

  test("it says when the prompt is in the session, and of one that is refused nothing", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.createSession();
    const told: unknown[] = [];
    const send = async (text: string): Promise<TurnOutcome> =>
      app.sendPrompt(session.id, { text, attachments: [] }, () => {
        told.push(place.query("select role from messages").length);
      });
    const refused: unknown[] = [];
    place.answers.push(async function* (): AsyncGenerator<ModelEvent> {
      await send("second").catch((error: unknown) => refused.push(error));
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    await send("first");
    assert.equal(refused.length, 1);
    assert.deepEqual(told, [1]);
    await app.finishTitles();
  });

  test("a prompt of a million characters and a picture alone are taken", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    const text = "x".repeat(1_000_000);
    const long = await place.app.sendPrompt(session.id, { text, attachments: [attachment("text/plain", 1_000_000)] });
    const picture = await place.app.sendPrompt(session.id, { text: "", attachments: [attachment("image/png", 100)] });
    assert.deepEqual([long.reason, picture.reason], ["end_turn", "end_turn"]);
    await place.app.finishTitles();
  });

  test("a second prompt while the first is answered is refused before anything of it is stored", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.createSession();
    const refused: unknown[] = [];
    place.answers.push(async function* (): AsyncGenerator<ModelEvent> {
      for (const work of [
        app.sendPrompt(session.id, { text: "second", attachments: [] }),
        app.compactSession(session.id),
      ]) {
        await work.catch((error: unknown) => refused.push(error));
      }
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    await place.say(session.id, "first");
    assert.deepEqual(
      refused.map((error) => (error as { code?: string }).code),
      ["session-busy", "session-busy"],
    );
    assert.equal(place.query("select id from messages where role = 'user'").length, 1);
    assert.equal(place.events.filter((event) => event.type === "turn-start").length, 1);
  });

  test("two prompts in the same moment: one is taken", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    const results = await Promise.allSettled(["one", "two"].map(async (text) => place.say(session.id, text)));
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    assert.equal(place.query("select id from messages where role = 'user'").length, 1);
  });

  test("without a usable model nothing is stored", async (t) => {
    const place = await openAppPlace(t, { settings: {} });
    const session = await place.app.openStartSession();
    await assert.rejects(place.say(session.id, "hello"), { code: "model-missing" });
    assert.deepEqual(place.query("select id from messages"), []);
    assert.deepEqual(place.app.runningSessions(), []);
  });

  test("the settings of the chosen model hold for every turn, its own effort before the default's", async (t) => {
    const large = {
      ...scriptedSettings.models.large,
      max_tokens: 321,
      temperature: 0.5,
      reasoning_effort: "low",
      provider_options: { custom: true },
    };
    const [provider] = [scriptedSettings.providers.test];
    const models = provider.models.map((model) => ({ ...model, can_reason: true, reasoning_levels: ["low", "high"] }));
    const settings = { models: { ...scriptedSettings.models, large }, providers: { test: { ...provider, models } } };
    const place = await openAppPlace(t, { settings });
    const session = await place.app.createSession();
    await place.say(session.id, "one");
    await place.say(session.id, "two");
    const [first, second] = place.turnRequests.map(({ request }) => request);
    assert.deepEqual([first?.maxOutputTokens, first?.temperature, first?.reasoningEffort], [321, 0.5, "low"]);
    assert.deepEqual({ ...second, messages: [] }, { ...first, messages: [] });
    await place.app.chooseModel(session.id, { provider: "test", model: "big", reasoningEffort: "high" });
    await place.say(session.id, "three");
    assert.equal(place.turnRequests.at(-1)?.request.reasoningEffort, "high");
    await place.app.chooseModel(session.id, { provider: "test", model: "small" });
    await place.say(session.id, "four");
    assert.notEqual(place.turnRequests.at(-1)?.request.maxOutputTokens, 321, "another model has its own");
  });

  test("a model that is gone is told, keeps the session, and another one goes on", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    await place.say(session.id, "one");
    runSql(place.databasePath, "update x_session set provider = 'gone'");
    const model = place.app.sessionModel(session.id);
    assert.ok("hint" in model && model.code === "provider-unknown");
    assert.equal(place.app.listSessions().length, 1);
    await assert.rejects(place.say(session.id, "two"), { code: "provider-unknown" });
    await place.app.chooseModel(session.id, { provider: "test", model: "small" });
    assert.equal((await place.say(session.id, "two")).reason, "end_turn");
  });

  test("a failure is told with what to do, keeps the prompt, and the next request is valid", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    const failures: [ModelFailure["kind"], RegExp][] = [
      ["auth", /^check the key, or store one: crush login test$/u],
      ["context-too-long", /\/compact/u],
      ["model-not-found", /another model/u],
    ];
    for (const [kind, hint] of failures) {
      place.answers.push({ kind, message: `it said ${kind}`, isRetryable: false });
      const outcome: TurnOutcome = await place.say(session.id, kind);
      assert.deepEqual([outcome.reason, outcome.failureKind, outcome.errorMessage], ["error", kind, `it said ${kind}`]);
      assert.match(outcome.errorHint ?? "", hint);
    }
    await place.say(session.id, "go on");
    const roles = place.turnRequests.at(-1)?.request.messages.map(({ role }) => role);
    assert.deepEqual(roles, ["user"], "prompts without answers are one message");
  });
});

describe("what a turn costs", () => {
  test("is what its requests cost, titles apart, and unknown as soon as one price is", async (t) => {
    const free = { ...scriptedSettings.providers.test, models: [{ id: "unpriced", name: "U" }] };
    const providers = { ...scriptedSettings.providers, free };
    const place = await openAppPlace(t, { settings: { ...scriptedSettings, providers } });
    const session = await place.app.createSession();
    const known = await place.say(session.id, "one");
    assert.ok(Math.abs((known.costUsd ?? 0) - 0.002) < 1e-12);
    assert.deepEqual(known.usage, scriptedUsage);
    await place.app.chooseModel(session.id, { provider: "free", model: "unpriced" });
    assert.equal((await place.say(session.id, "two")).costUsd, null);
    const { metrics } = place.app.showSession(session.id);
    assert.ok(Math.abs(metrics.knownCostUsd - 0.0022) < 1e-12);
    assert.equal(metrics.unknownCostRequests, 1);
    assert.deepEqual([metrics.consumed.inputTokens, metrics.turnCount, metrics.messageCount], [300, 2, 4]);
    assert.ok(Math.abs(metrics.titles.knownCostUsd - 0.0002) < 1e-12);
    assert.deepEqual(metrics.contextTokens, 110);
    const [row] = place.query("select prompt_tokens, completion_tokens, cost from sessions");
    assert.deepEqual([row?.["prompt_tokens"], row?.["completion_tokens"]], [100, 10]);
    assert.ok(Math.abs(Number(row?.["cost"]) - 0.0022) < 1e-12);
  });

  test("the provider's own figure goes before the list price", async (t) => {
    const place = await openAppPlace(t);
    const session = await place.app.createSession();
    place.answers.push(async function* (): AsyncGenerator<ModelEvent> {
      yield { type: "text-delta", blockId: "0", text: "hi" };
      yield { type: "finish", reason: "end_turn", usage: scriptedUsage, costUsd: 0.5 };
    });
    assert.equal((await place.say(session.id, "one")).costUsd, 0.5);
  });

  test("a session of Crush's without our ledger shows its columns, marked as estimates", async (t) => {
    const place = await openAppPlace(t);
    runSql(
      place.databasePath,
      `insert into sessions (id, title, message_count, prompt_tokens, completion_tokens, cost, created_at, updated_at)
       values ('theirs', 'T', 1, 900, 30, 0.25, 1, 1)`,
    );
    const { metrics, session } = place.app.showSession(place.app.findSession("theirs").id);
    assert.deepEqual(
      [metrics.consumed.inputTokens, metrics.consumed.outputTokens, metrics.consumed.isEstimated, metrics.knownCostUsd],
      [900, 30, true, 0.25],
    );
    assert.equal(metrics.contextTokens, 930);
    const [total] = place.app.usageBySession();
    assert.deepEqual([total?.requests, total?.consumed.isEstimated, total?.label], [0, true, session.title]);
  });
});
