/** Sessions from their first start to their end, seen from the rows they leave. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { asSessionId, type SessionId } from "../../src/schema/ids.ts";
import { type AppPlace, openAppPlace, scriptedUsage } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

function count(place: AppPlace): number {
  return place.query("select id from sessions").length;
}

/** What Crush's `--continue` opens. */
function newestForCrush(place: AppPlace): unknown {
  return place.query("select id from sessions where parent_session_id is null order by updated_at desc limit 1")[0]?.[
    "id"
  ];
}

async function restart(place: AppPlace): Promise<AppPlace["app"]> {
  await place.close();
  return place.open();
}

describe("starting", () => {
  test("the first start makes one row at once, a second one none", async (t) => {
    const place = await openAppPlace(t);
    const first = await place.app.openStartSession();
    assert.equal(count(place), 1);
    const second = await (await restart(place)).openStartSession();
    assert.deepEqual([second.id, count(place)], [first.id, 1]);
  });

  test("once there is a conversation, a start makes no row until something is said", async (t) => {
    const place = await openAppPlace(t);
    const talked = await place.app.openStartSession();
    await place.say(talked.id, "hello");
    const app = await restart(place);
    const fresh = await app.openStartSession();
    assert.equal(count(place), 1);
    assert.equal(newestForCrush(place), talked.id, "Crush's --continue finds the conversation");
    assert.deepEqual(app.showSession(fresh.id).session.title, "New Session");
    assert.equal(app.openSession(fresh.id).metrics.messageCount, 0);
    assert.deepEqual(app.readTranscript(fresh.id, { limit: 10 }), { messages: [], olderCursor: null });
    assert.equal(app.readDraft(fresh.id), "");
    assert.ok("info" in app.sessionModel(fresh.id));
    assert.equal(app.lastSession().id, talked.id);
    const outcome = await place.say(fresh.id, "and now?");
    assert.deepEqual([outcome.reason, count(place)], ["end_turn", 2]);
    const facts = app.showSession(fresh.id).facts;
    assert.equal(facts?.workingDirectory, place.place.project);
    assert.equal(facts?.gitBranch, "main");
  });

  test("the log tells of a session in the order of its life", async (t) => {
    const place = await openAppPlace(t);
    const first = await place.app.openStartSession();
    place.app.openSession(first.id);
    await place.say(first.id, "hello");
    const app = await restart(place);
    const fresh = await app.openStartSession();
    app.openSession(fresh.id);
    app.openSession(first.id);
    app.openSession(fresh.id);
    await place.say(fresh.id, "and now?");
    await place.close();
    const lines = readFileSync(place.logPath, "utf8").trim().split("\n");
    const told = lines.map((line) => JSON.parse(line) as { readonly msg: string; readonly session?: string });
    const of = (id: SessionId): string[] =>
      told.flatMap(({ msg, session }) =>
        session === app.shortId(id) && /^session (?:created|opened|switched)$/u.test(msg) ? [msg] : [],
      );
    assert.deepEqual(of(fresh.id), ["session created", "session opened"]);
    assert.deepEqual(of(first.id), ["session created", "session opened", "session switched"]);
  });

  test("a draft, a name, a model or a command of the person's makes the row; leaving without any leaves none", async (t) => {
    const place = await openAppPlace(t);
    await place.say((await place.app.openStartSession()).id, "hello");
    const { app } = place;
    const left = await app.openStartSession();
    await app.saveDraft(left.id, "");
    await app.leaveSession(left.id);
    assert.equal(count(place), 1);
    assert.equal(app.showSession(left.id).session.messageCount, 0, "the way out may still ask");
    await app.saveDraft((await app.openStartSession()).id, "half a thought");
    assert.equal(count(place), 2);
    await app.renameSession((await app.openStartSession()).id, "Named");
    await app.runShellCommand((await app.openStartSession()).id, "true", new AbortController().signal);
    await app.chooseModel((await app.openStartSession()).id, { provider: "test", model: "small" });
    assert.equal(count(place), 5);
  });

  test("a session that was stored and then deleted elsewhere is not made again", async (t) => {
    const place = await openAppPlace(t);
    await place.say((await place.app.openStartSession()).id, "hello");
    const session = await place.app.openStartSession();
    await place.say(session.id, "hello");
    runSql(place.databasePath, `pragma foreign_keys = on; delete from sessions where id = '${session.id}'`);
    await assert.rejects(place.say(session.id, "still there?"), { code: "session-not-found" });
    assert.equal(count(place), 1);
  });

  test("an old empty row is found behind any number of newer sessions", async (t) => {
    const place = await openAppPlace(t);
    const empty = await place.app.openStartSession();
    const values = Array.from({ length: 200 }, (_, index) => `('s${String(index)}', 'T', 1, 9999999999, 9999999999)`);
    runSql(
      place.databasePath,
      `insert into sessions (id, title, message_count, created_at, updated_at) values ${values.join(",")}`,
    );
    assert.equal((await place.app.openStartSession()).id, empty.id);
    assert.equal(count(place), 201);
  });
});

describe("making and leaving", () => {
  test("a new empty session is the first of the list here, and not the one that Crush continues", async (t) => {
    const place = await openAppPlace(t);
    runSql(
      place.databasePath,
      "insert into sessions (id, title, message_count, created_at, updated_at) values ('talked', 'T', 1, 1000, 2000)",
    );
    const made = await place.app.createSession();
    assert.equal(place.app.listSessions()[0]?.session.id, made.id);
    assert.equal(newestForCrush(place), "talked");
    await place.say(made.id, "hello too");
    assert.equal(newestForCrush(place), made.id);
  });

  test("left without message and draft it goes, unless it is the only one, named, or at work", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const only = await app.createSession();
    await app.leaveSession(only.id);
    assert.equal(count(place), 1);
    const named = await app.createSession({ title: "Mine" });
    await app.leaveSession(named.id);
    const drafted = await app.createSession();
    await app.saveDraft(drafted.id, "x");
    await app.leaveSession(drafted.id);
    assert.equal(count(place), 3);
    await app.saveDraft(drafted.id, "");
    await app.leaveSession(drafted.id);
    assert.equal(count(place), 2);
    const busy = await app.createSession();
    const sent = app.sendPrompt(busy.id, { text: "hello", attachments: [] });
    await app.leaveSession(busy.id);
    assert.equal((await sent).reason, "end_turn");
    const running = await app.createSession();
    const command = app.runShellCommand(running.id, "true", new AbortController().signal);
    await app.leaveSession(running.id);
    await command;
    assert.equal(count(place), 4);
  });
});

describe("deleting", () => {
  test("a session that runs is stopped first, and nothing of it comes back", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const [kept, session] = [await app.createSession(), await app.createSession()];
    const { promise: asked, resolve } = Promise.withResolvers<undefined>();
    app.watch((event) => {
      if (event.type === "permission-asked") resolve(undefined);
    });
    place.answers.push([{ name: "bash", input: { command: "touch x", description: "x" } }]);
    const turn = app.sendPrompt(session.id, { text: "make x", attachments: [] });
    await asked;
    await app.deleteSession(session.id);
    assert.equal((await turn).reason, "canceled");
    await app.finishTitles();
    assert.deepEqual(place.query("select id from sessions"), [{ id: kept.id }]);
    for (const table of ["messages", "x_usage", "x_session"]) {
      assert.deepEqual(
        place.query(`select * from ${table} where ${table === "messages" ? "" : ""}session_id = '${session.id}'`),
        [],
      );
    }
    assert.deepEqual(app.runningSessions(), []);
    assert.equal(app.liveTurn(session.id), null);
  });

  test("outputs go with it; an id that is no name for a folder reaches no other folder", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    await app.createSession();
    const data = path.join(place.place.project, ".crush");
    mkdirSync(path.join(place.place.project, "precious"));
    for (const id of ["..", "../../precious", "../logs", "a/../../b"]) {
      runSql(
        place.databasePath,
        `insert into sessions (id, title, created_at, updated_at) values ('${id}', 'T', 1, 1)`,
      );
      await app.deleteSession(asSessionId(id));
    }
    assert.ok(existsSync(path.join(place.place.project, "precious")));
    assert.ok(existsSync(place.databasePath) && existsSync(path.join(data, "logs")));
    const session = await app.createSession();
    place.answerPermissions({ decision: "allow", scope: "once" });
    place.answers.push([{ name: "bash", input: { command: "seq 1 20000", description: "much" } }]);
    await place.say(session.id, "count");
    const outputs = path.join(data, "outputs", session.id);
    assert.ok(existsSync(outputs));
    await app.deleteSession(session.id);
    assert.ok(!existsSync(outputs));
    await assert.rejects(app.deleteSession(session.id), { code: "session-not-found" });
  });
});

describe("the list", () => {
  test("says what runs, what waits and what failed, until it is looked at or goes on", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.createSession();
    const state = (): string | undefined => app.listSessions()[0]?.state;
    const seen: (string | undefined)[] = [];
    app.watch((event) => {
      if (event.type === "permission-asked") {
        seen.push(state());
        app.answerPermission(event.request.id, { decision: "allow", scope: "once" });
      }
      if (event.type === "tool-run-start") seen.push(state());
    });
    place.answers.push([{ name: "bash", input: { command: "touch x", description: "x" } }], {
      kind: "auth",
      message: "wrong key",
      isRetryable: false,
    });
    await place.say(session.id, "make x");
    assert.deepEqual([...seen, state()], ["waiting", "running", "failed"]);
    app.openSession(session.id);
    assert.equal(state(), "idle");
    const other = await app.createSession();
    app.openSession(other.id);
    place.answers.push({ kind: "auth", message: "wrong key", isRetryable: false }, "fine");
    const stateOf = (id: SessionId): string | undefined =>
      app.listSessions().find((item) => item.session.id === id)?.state;
    await place.say(session.id, "again");
    assert.equal(stateOf(session.id), "failed");
    await place.say(session.id, "and again");
    assert.equal(stateOf(session.id), "unseen");
    place.answers.push({ kind: "auth", message: "wrong key", isRetryable: false });
    await place.say(other.id, "in the session that is shown");
    assert.equal(stateOf(other.id), "idle");
  });
});

describe("how a turn ended at which nobody has looked since", () => {
  const failure = { kind: "auth", message: "wrong key", isRetryable: false } as const;
  const states = (place: AppPlace): Record<string, string> =>
    Object.fromEntries(place.app.listSessions().map(({ session, state }) => [session.title, state]));

  async function named(place: AppPlace, ...titles: readonly string[]): Promise<SessionId[]> {
    const ids: SessionId[] = [];
    for (const title of titles) {
      const { id } = await place.app.createSession();
      await place.app.renameSession(id, title);
      ids.push(id);
    }
    return ids;
  }

  test("outlives the program; a look, a further turn and another program's word end it", async (t) => {
    const answers = ["fine", failure, "fine", "fine", "fine"];
    const place = await openAppPlace(t, { answers });
    const [finished, failed, seen, crushs, again] = await named(
      place,
      "finished",
      "failed",
      "seen",
      "crush's",
      "again",
    );
    assert.ok(finished && failed && seen && crushs && again);
    for (const id of [finished, failed, seen, crushs, again]) await place.say(id, "go");
    place.app.openSession(seen);
    await restart(place);
    runSql(
      place.databasePath,
      `insert into messages (id, session_id, role, created_at, updated_at) values ('more', '${crushs}', 'user', 9, 9)`,
    );
    const left = { finished: "unseen", failed: "failed", seen: "idle", "crush's": "idle", again: "unseen" };
    assert.deepEqual(states(place), left);
    assert.deepEqual(
      place.app.views.unseenEnds().map(({ title, reason }) => [title, reason]),
      [
        ["again", "finished"],
        ["failed", "failed"],
        ["finished", "finished"],
      ],
    );
    place.app.openSession(failed);
    place.answers.push(failure);
    await place.say(again, "and once more");
    await restart(place);
    assert.deepEqual(states(place), { ...left, failed: "idle", again: "failed" });
  });

  test("is known of the session that was shown, of what a person canceled, and to who ran a single prompt", async (t) => {
    const place = await openAppPlace(t, { answers: ["fine"] });
    const [shown, canceled, single] = await named(place, "shown", "canceled", "single");
    assert.ok(shown && canceled && single);
    place.app.openSession(shown);
    await place.say(shown, "go");
    place.answers.push(async function* (_request, signal) {
      void place.app.cancelTurn(canceled);
      await once(signal, "abort");
      yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
    });
    await place.say(canceled, "go").catch(() => undefined);
    await place.close();
    await place.open({ headless: "deny" });
    await place.say(single, "go");
    await restart(place);
    assert.deepEqual(states(place), { shown: "idle", canceled: "idle", single: "idle" });
  });

  test("a turn whose process died has failed; it is no end for a copy, and goes with its session", async (t) => {
    const place = await openAppPlace(t);
    const [whole, begun] = await named(place, "whole", "begun");
    assert.ok(whole && begun);
    await place.say(whole, "go");
    await place.say(begun, "go");
    place.app.openSession(whole);
    await place.close();
    const dead = crypto.randomUUID();
    runSql(
      place.databasePath,
      `insert into x_turn (session_id, owner_id, owner_name, phase, started_at_ms)
       values ('${begun}', '${dead}', 'dead', 'starting', 1)`,
    );
    await place.open();
    assert.deepEqual(states(place), { whole: "idle", begun: "failed" });
    await place.app.organise.fork(begun, {});
    assert.deepEqual(states(place), { whole: "idle", begun: "failed", "begun (fork)": "idle" });
    await place.app.deleteSession(begun);
    await place.close();
    assert.deepEqual(place.query("select * from x_unseen_end"), []);
  });

  test("a session is seen where the turn of another window ends in it", async (t) => {
    const place = await openAppPlace(t);
    const [id, other] = await named(place, "watched", "other");
    assert.ok(id && other);
    const first = place.app;
    first.openSession(other);
    const second = await place.open();
    t.after(async () => first.close());
    second.openSession(id);
    const begun = Promise.withResolvers<undefined>();
    const seen = Promise.withResolvers<undefined>();
    second.watch((event) => {
      if (event.type === "turn-start") begun.resolve(undefined);
      if (event.type === "turn-end") seen.resolve(undefined);
    });
    place.answers.push(async function* () {
      await begun.promise;
      yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
    });
    await first.sendPrompt(id, { text: "go", attachments: [] });
    await seen.promise;
    await second.saveDraft(other, "");
    assert.deepEqual(place.query("select * from x_unseen_end"), []);
  });
});

describe("the log", () => {
  test("has a line for each thing that happens to a session, by short id, and nothing of what was said", async (t) => {
    const place = await openAppPlace(t);
    const { app } = place;
    const session = await app.openStartSession();
    app.openSession(session.id);
    await place.say(session.id, "A very personal prompt");
    app.openSession((await app.createSession()).id);
    await app.renameSession(session.id, "A very personal title");
    place.answers.push({ kind: "auth", message: "a personal failure", isRetryable: false });
    await place.say(session.id, "personal too");
    await app.deleteSession(session.id);
    const lines = readFileSync(place.logPath, "utf8").trim().split("\n");
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    for (const expected of ["created", "opened", "switched", "titled", "renamed", "deleted"]) {
      assert.ok(messages.includes(`session ${expected}`), expected);
    }
    assert.ok(messages.includes("request"));
    assert.doesNotMatch(lines.join("\n"), /personal|fitting/iu);
    assert.ok(lines.some((line) => line.includes(app.shortId(session.id))));
    assert.ok(!lines.some((line) => line.includes(session.id)));
  });
});
