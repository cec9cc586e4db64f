/** What requests may cost: warned of, then refused, whatever asks. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import type { App } from "../../src/app/app.ts";
import type { TurnOutcome } from "../../src/app/prompt.ts";
import type { ModelEvent, Provider } from "../../src/providers/provider.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { openAppPlace, scriptedSettings } from "../harness/app-place.ts";
import { HeldAnswers } from "../harness/held-answers.ts";
import { runSql } from "../harness/open-test-store.ts";

/** A request of the scripted model reports 100 tokens in and 10 out: $0.002 on the large model, $0.0002 on the small one. */
const requestUsd = 0.002;
const titleUsd = 0.0002;

function withBudgets(budgets: object): object {
  return { ...scriptedSettings, budgets };
}

function near(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

function prompt(app: App, id: SessionId): Promise<TurnOutcome> {
  return app.sendPrompt(id, { text: "go", attachments: [] });
}

/** What the request of a short prompt is estimated to cost: a limit that none passes tells it. Sets today's to `factor` times that. */
async function limitToday(app: App, id: SessionId, factor: number): Promise<void> {
  await app.budgets.setLimit("day", id, 0.000_001);
  const { errorMessage = "" } = await prompt(app, id);
  const estimateUsd = Number(/about \$(?<usd>[\d.]+)$/u.exec(errorMessage)?.groups?.["usd"]);
  assert.ok(estimateUsd > 0.01, errorMessage);
  const spentUsd = app.budgets.states(id)[1]?.spentUsd ?? 0;
  await app.budgets.setLimit("day", id, spentUsd + factor * estimateUsd);
}

/** Holds the answers of turns; titles are refused. */
class HeldTurns {
  readonly #begun = new Map<SessionId, () => void>();
  readonly #held = new HeldAnswers("well", () => {
    for (const [id, begun] of this.#begun) if (this.#held.isHeld(id)) begun();
  });

  readonly createProvider = (): Provider => ({
    stream: (request, signal) => (request.tools.length > 0 ? this.#held.stream(request, signal) : noTitle()),
  });

  /** Sends a prompt; resolves once its answer is held. */
  async begin(app: App, id: SessionId): Promise<() => Promise<TurnOutcome>> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#begun.set(id, () => {
      resolve(undefined);
    });
    const outcome = prompt(app, id);
    assert.equal(await Promise.race([promise, outcome]), undefined);
    return () => {
      this.#held.release(id, "end");
      return outcome;
    };
  }
}

async function seen(app: App, isIt: (event: SessionEvent) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = app.watch((event) => {
    if (isIt(event)) resolve(undefined);
  });
  await promise;
  stop();
}

async function* noTitle(): AsyncGenerator<ModelEvent> {
  yield { type: "failure", failure: { kind: "auth", message: "no titles", isRetryable: false } };
}

describe("budgets", () => {
  test("what is spent is the sum of the ledger, titles and children included", async (t) => {
    const place = await openAppPlace(t);
    const parent = await place.app.createSession();
    const child = await place.app.createSession();
    runSql(place.databasePath, `update sessions set parent_session_id = '${parent.id}' where id = '${child.id}'`);
    await place.say(parent.id, "one");
    await place.say(child.id, "two");
    const [session, day, project] = place.app.budgets.states(parent.id);
    near(session?.spentUsd, 2 * (requestUsd + titleUsd));
    near(day?.spentUsd, 2 * (requestUsd + titleUsd));
    near(project?.spentUsd, 2 * (requestUsd + titleUsd));
    assert.deepEqual([session?.limitUsd, session?.warnUsd], [null, null]);
  });

  test("a request that would pass the limit is not made; the prompt stays, and a higher limit lets it go on", async (t) => {
    const place = await openAppPlace(t, { settings: withBudgets({ session: { limit_usd: 0.001 } }) });
    const { id } = await place.app.createSession();
    const refused = await place.say(id, "go");
    assert.deepEqual([refused.reason, refused.failureKind], ["error", "budget"]);
    assert.match(refused.errorMessage ?? "", /budget of this session .* \$0 of \$0\.0010 are spent/u);
    assert.match(refused.errorHint ?? "", /\/budget/u);
    assert.deepEqual(
      [place.requests.length, place.query("select count(*) as count from x_usage")[0]?.["count"]],
      [0, 1],
    );
    assert.equal(place.transcript(id)[0]?.role, "user");
    await place.app.budgets.setLimit("session", id, 5);
    assert.equal((await place.say(id, "go on")).reason, "end_turn");
  });

  test("a session's own limit outlives a restart, and one session's is not another's", async (t) => {
    const place = await openAppPlace(t);
    const tight = await place.app.createSession();
    const free = await place.app.createSession();
    await place.app.budgets.setLimit("session", tight.id, 0.001);
    await place.close();
    await place.open();
    assert.equal((await place.say(tight.id, "go")).failureKind, "budget");
    assert.equal((await place.say(free.id, "go")).reason, "end_turn");
  });

  test("a limit of 0 lets nothing be made that costs something, and all that is free", async (t) => {
    const { test: provider } = scriptedSettings.providers;
    const free = { ...provider, flat_rate: true };
    const place = await openAppPlace(t, { settings: { ...scriptedSettings, providers: { test: provider, free } } });
    const { id } = await place.app.createSession();
    await place.app.budgets.setLimit("session", id, 0);
    assert.equal((await place.say(id, "go")).failureKind, "budget");
    await place.app.chooseModel(id, { provider: "free", model: "big" });
    assert.equal((await place.say(id, "go")).reason, "end_turn");
  });

  test("a day's limit holds for all sessions, counts from midnight, and is kept in the global data config", async (t) => {
    const place = await openAppPlace(t);
    const first = await place.app.createSession();
    await place.say(first.id, "one");
    runSql(place.databasePath, "update x_daily_total set day = date(day, '-1 day')");
    await place.app.budgets.setLimit("day", first.id, 0.5);
    near(place.app.budgets.states(first.id)[1]?.spentUsd, 0);
    runSql(place.databasePath, "update x_daily_total set day = date(day, '+1 day'), known_cost_usd = 1");
    const second = await place.app.createSession();
    assert.equal((await place.say(second.id, "two")).failureKind, "budget");
    const file = path.join(place.app.config.globalDataDirectory, "crush.json");
    const stored = JSON.parse(readFileSync(file, "utf8")) as { budgets: unknown };
    assert.deepEqual(stored.budgets, { day: { limit_usd: 0.5 } });
    await place.app.budgets.setLimit("day", second.id, null);
    assert.equal((await place.say(second.id, "two")).reason, "end_turn");
  });

  test("the warning comes once, at 80 % of the limit unless told", async (t) => {
    const place = await openAppPlace(t, { settings: withBudgets({ session: { limit_usd: 1 } }) });
    const { id } = await place.app.createSession();
    await place.say(id, "one");
    runSql(place.databasePath, "update x_usage set cost_usd = 0.45");
    await place.say(id, "two");
    await place.say(id, "three");
    const warnings = place.events.filter((event) => event.type === "budget-warned");
    assert.deepEqual(
      warnings.map(({ scope, limitUsd }) => [scope, limitUsd]),
      [["session", 1]],
    );
  });

  test("a project's limit refuses in every session; a day's and a project's budget warn once each", async (t) => {
    const place = await openAppPlace(t);
    const [first, second] = [await place.app.createSession(), await place.app.createSession()];
    await place.say(first.id, "one");
    runSql(place.databasePath, "update x_daily_total set known_cost_usd = 0.5");
    await place.app.budgets.setLimit("project", first.id, 0.5);
    const refused = await place.say(second.id, "two");
    assert.equal(refused.failureKind, "budget");
    assert.match(refused.errorMessage ?? "", /budget of this project .* \$1\.00 of \$0\.50 are spent/u);
    const warnings = (): unknown[] =>
      place.events.flatMap((event) => (event.type === "budget-warned" ? [[event.scope, event.limitUsd]] : []));
    assert.deepEqual(warnings(), []);
    await place.app.budgets.setLimit("project", first.id, 1.2);
    await place.say(first.id, "three");
    await place.app.budgets.setLimit("day", first.id, 1.25);
    for (const { id } of [first, second]) assert.equal((await place.say(id, "four")).reason, "end_turn");
    assert.deepEqual(warnings(), [
      ["project", 1.2],
      ["day", 1.25],
    ]);
  });

  test("a title is not worth passing a limit for, and its refusal costs nothing", async (t) => {
    const place = await openAppPlace(t, { settings: withBudgets({ session: { limit_usd: 5 } }) });
    const { id } = await place.app.createSession();
    place.answers.push(async function* () {
      await place.app.budgets.setLimit("session", id, 0.0001);
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    await place.say(id, "Name me");
    assert.equal(place.requests.length, place.turnRequests.length);
    assert.equal(place.app.showSession(id).session.title, "Name me");
  });

  test("a limit that can't hold back a model of unknown price is told once, and anew when there is another", async (t) => {
    const [big] = scriptedSettings.providers.test.models;
    const provider = {
      ...scriptedSettings.providers.test,
      models: [
        { id: "big", name: "Big" },
        { ...big, id: "small" },
      ],
    };
    const settings = { ...scriptedSettings, providers: { test: provider }, budgets: { day: { limit_usd: 5 } } };
    const place = await openAppPlace(t, { settings });
    const [first, second] = [await place.app.createSession(), await place.app.createSession()];
    assert.deepEqual(place.app.budgets.unpriced(first.id), ["test/big"]);
    for (const { id } of [first, first, second]) assert.equal((await place.say(id, "go")).reason, "end_turn");
    await place.app.budgets.setLimit("session", second.id, 1);
    for (const { id } of [first, second, second]) await place.say(id, "go on");
    const told = place.events.flatMap((event) => {
      return event.type === "price-missing" ? [[event.sessionId, event.model, event.scope, event.limitUsd]] : [];
    });
    assert.deepEqual(told, [
      [first.id, "test/big", "day", 5],
      [second.id, "test/big", "session", 1],
    ]);
  });

  test("a run's own limit counts what this process spends", async (t) => {
    const place = await openAppPlace(t);
    const { id } = await place.app.createSession();
    await place.say(id, "before the limit");
    place.app.budgets.limitProcess(1);
    assert.equal((await place.say(id, "one")).reason, "end_turn");
    runSql(place.databasePath, "update x_usage set cost_usd = 100");
    const refused = await place.say(id, "x".repeat(400_000));
    assert.match(refused.errorMessage ?? "", /budget of this run/u);
  });
});

describe("budgets of requests that are under way", () => {
  test("count them with their estimates until they are booked, and warn of what is spent only", async (t) => {
    const turns = new HeldTurns();
    const { app, events } = await openAppPlace(t, { createProvider: turns.createProvider });
    const [first, second, third] = [await app.createSession(), await app.createSession(), await app.createSession()];
    await limitToday(app, first.id, 2.5);
    const [endFirst, endSecond] = [await turns.begin(app, first.id), await turns.begin(app, second.id)];
    const refused = await prompt(app, third.id);
    assert.equal(refused.failureKind, "budget");
    const words = /\$0 of \$\S+ are spent, requests under way are likely to take \$\S+, and/u;
    assert.match(refused.errorMessage ?? "", words);
    near((await endFirst()).costUsd ?? undefined, requestUsd);
    const endThird = await turns.begin(app, third.id);
    assert.deepEqual([(await endSecond()).reason, (await endThird()).reason], ["end_turn", "end_turn"]);
    assert.deepEqual(
      events.filter((event) => event.type === "budget-warned"),
      [],
    );
  });

  test("are free again of what failed, was canceled or broke off", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const [first, second] = [await app.createSession(), await app.createSession()];
    const cancel = (): void => void app.cancelTurn(first.id);
    const bad: readonly ((signal: AbortSignal) => AsyncGenerator<ModelEvent>)[] = [
      async function* () {
        yield { type: "failure", failure: { kind: "auth", message: "wrong key", isRetryable: false } };
      },
      async function* () {
        yield { type: "text-start", blockId: "0" };
        throw new Error("a bug");
      },
      async function* (signal) {
        const aborted = once(signal, "abort");
        cancel();
        await aborted;
        yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
      },
    ];
    for (const stream of bad) {
      await limitToday(app, first.id, 2.5);
      place.answers.push((_, signal) => stream(signal));
      const outcome = await prompt(app, first.id).catch((error: unknown) => error);
      assert.ok(outcome instanceof Error || (outcome as TurnOutcome).reason !== "end_turn");
      assert.equal((await place.say(second.id, "go")).reason, "end_turn");
    }
  });

  test("of a session count its children's too, and no other session's", async (t) => {
    const turns = new HeldTurns();
    const place = await openAppPlace(t, { createProvider: turns.createProvider });
    const { app } = place;
    const [parent, child, other] = [await app.createSession(), await app.createSession(), await app.createSession()];
    runSql(place.databasePath, `update sessions set parent_session_id = '${parent.id}' where id = '${child.id}'`);
    await limitToday(app, parent.id, 1.5);
    const limitUsd = app.budgets.states(parent.id)[1]?.limitUsd ?? null;
    await app.budgets.setLimit("day", parent.id, null);
    await app.budgets.setLimit("session", parent.id, limitUsd);
    const endOther = await turns.begin(app, other.id);
    const endParent = await turns.begin(app, parent.id);
    assert.deepEqual([(await endOther()).reason, (await endParent()).reason], ["end_turn", "end_turn"]);
    const endChild = await turns.begin(app, child.id);
    assert.match((await prompt(app, parent.id)).errorMessage ?? "", /budget of this session .* under way/u);
    await endChild();
  });

  test("leave out what waits for its turn: it is checked when it is sent", async (t) => {
    const turns = new HeldTurns();
    const { app } = await openAppPlace(t, {
      createProvider: turns.createProvider,
      settings: { ...scriptedSettings, options: { max_concurrent_requests: 1 } },
    });
    const [first, second, third] = [await app.createSession(), await app.createSession(), await app.createSession()];
    await limitToday(app, first.id, 2.5);
    const endFirst = await turns.begin(app, first.id);
    const begun = [];
    for (const { id } of [second, third]) {
      const waits = seen(app, (event) => event.type === "request-wait" && event.sessionId === id);
      begun.push(turns.begin(app, id));
      await waits;
    }
    await endFirst();
    for (const begin of begun) assert.equal((await (await begin)()).reason, "end_turn");
  });
});

describe("budgets of two windows", () => {
  test("a day's or project's limit that one sets or takes away holds in the other at its next request", async (t) => {
    const place = await openAppPlace(t);
    const other = place.app;
    t.after(() => other.close());
    const { id } = await other.createSession();
    await other.budgets.setLimit("day", id, 0.000_001);
    const app = await place.open();
    assert.equal((await prompt(app, id)).failureKind, "budget");
    await other.budgets.setLimit("day", id, null);
    assert.equal((await prompt(app, id)).reason, "end_turn");
    for (const scope of ["day", "project"] as const) {
      await app.budgets.setLimit(scope, id, 0.000_001);
      const { errorMessage = "" } = await prompt(other, id);
      assert.match(errorMessage, scope === "day" ? /budget of today/u : /budget of this project/u);
      assert.equal(other.budgets.states(id).find((state) => state.scope === scope)?.limitUsd, 0.000_001);
      await app.budgets.setLimit(scope, id, null);
      assert.equal((await prompt(other, id)).reason, "end_turn");
    }
    await Promise.all([other.finishTitles(), app.finishTitles()]);
  });

  test("a budget of the config stays while something else is changed in the file of the limits", async (t) => {
    const settings = withBudgets({ day: { limit_usd: 0.000_001 } });
    const place = await openAppPlace(t, { settings });
    const { id } = await place.app.createSession();
    await place.app.screen.saveTheme("dark");
    assert.equal((await prompt(place.app, id)).failureKind, "budget");
  });
});
