/** What requests may cost: warned of, then refused, whatever asks. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { openAppPlace, scriptedSettings } from "../harness/app-place.ts";
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
    assert.match(refused.errorMessage ?? "", /budget of this session .* \$0\.0000 of \$0\.0010 are spent/u);
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
