/** A fork: what it holds of its source, and what it leaves there. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { forkSession } from "../../src/app/fork-session.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLog } from "../../src/lib/log.ts";
import { copyInBatches } from "../../src/store/copy-in-batches.ts";
import { SessionRemover } from "../../src/store/session-remover.ts";
import { must } from "../../src/lib/assert.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { Message, Part } from "../../src/schema/message.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { addCrushSampleTo, openTestStore, querySql, runSql } from "../harness/open-test-store.ts";
import { assertStrict, strictProblems } from "../harness/strict-reader.ts";
import { sampleSessions } from "../harness/crush-sample.ts";
import { asSessionId } from "../../src/schema/ids.ts";

function idAt(messages: readonly Message[], index: number): Message["id"] {
  return must(messages[index], `message ${String(index)}`).id;
}

function saidIn(place: AppPlace, id: SessionId): unknown[] {
  return place.transcript(id).map(({ role, parts, model, createdAt, exactBlocks }) => ({
    role,
    parts,
    model,
    createdAt,
    exactBlocks,
  }));
}

function kinds(messages: readonly Message[]): string[] {
  return messages.map(({ role, parts }) => {
    const named = (part: Part): string => (part.type === "text" ? part.text : part.type === "finish" ? "" : part.type);
    return `${role}: ${parts
      .map(named)
      .filter((text) => text !== "")
      .join(", ")}`;
  });
}

/** Two turns: the first writes two files at once and keeps todos, the second changes both. */
async function openWorked(place: AppPlace): Promise<SessionId> {
  place.answerPermissions({ decision: "allow", scope: "session" });
  const todo = (status: string): object => ({ todos: [{ content: "Write", status, active_form: "Writing" }] });
  place.answers.push(
    [
      { name: "write", input: { file_path: "a.txt", content: "one\n" } },
      { name: "todos", input: todo("in_progress") },
    ],
    "Written.",
    [{ name: "todos", input: todo("completed") }],
    "All done.",
  );
  const session = await place.app.createSession();
  await place.say(session.id, "write a file");
  await place.say(session.id, "and finish");
  return session.id;
}

describe("a whole fork", () => {
  test("holds all that was said, under new ids, as a top-level session that any reader takes", async (t) => {
    const place = await openAppPlace(t);
    const source = await openWorked(place);
    await place.app.chooseModel(source, { provider: "test", model: "small" });
    await place.app.organise.tag([source], ["parser"]);
    await place.app.organise.pin([source]);
    await place.app.saveDraft(source, "a thought");
    const before = place.query("select * from sessions");
    const fork = await place.app.organise.fork(source, {});
    const { sessionId: id } = fork;
    assert.deepEqual([fork.title, fork.messageCount, fork.leftOutStep], ["A fitting title (fork)", 6, false]);
    assert.deepEqual(saidIn(place, id), saidIn(place, source));
    const ids = [...place.transcript(id), ...place.transcript(source)].map((message) => message.id);
    assert.equal(new Set(ids).size, 18);
    const { session, facts, metrics } = place.app.showSession(id);
    assert.equal(metrics.messageCount, fork.messageCount, "counted as everywhere else");
    assert.deepEqual([session.parentSessionId, session.messageCount, session.cost], [null, 9, 0]);
    assert.deepEqual([facts?.model, facts?.draft, facts?.gitBranch, facts?.pinnedAtMs], ["small", "", "main", null]);
    assert.deepEqual(
      [facts?.forkedFromSessionId, facts?.forkedFromMessageId],
      [source, place.transcript(source)[8]?.id],
    );
    assert.deepEqual(
      session.todos.map(({ status }) => status),
      ["completed"],
    );
    assert.deepEqual(place.app.organise.tagsOf(id), ["parser"]);
    assert.deepEqual(
      metrics.files.map(({ change, additions }) => [change, additions]),
      [["created", 1]],
    );
    assert.deepEqual([metrics.consumed.inputTokens, metrics.knownCostUsd, metrics.contextTokens], [0, 0, 110]);
    assert.deepEqual(place.query(`select * from x_usage where session_id = '${id}'`), []);
    assert.deepEqual(place.app.listGrants(id), []);
    assert.deepEqual(place.query(`select * from sessions where id = '${source}'`), before);
    assert.ok(place.app.usageBySession().every(({ key }) => key !== place.app.shortId(id)));
    assertStrict(place.databasePath);
  });

  test("goes its own way: its next request holds the copy, the source's does not hold what the fork said", async (t) => {
    const place = await openAppPlace(t);
    const source = await openWorked(place);
    const { sessionId: fork } = await place.app.organise.fork(source, {});
    await place.say(fork, "only in the fork");
    await place.say(source, "only in the source");
    const [ofFork, ofSource] = place.turnRequests.slice(-2).map(({ request }) => JSON.stringify(request.messages));
    assert.match(ofFork ?? "", /write a file.*and finish.*only in the fork/u);
    assert.match(ofSource ?? "", /write a file.*and finish.*only in the source/u);
    assert.doesNotMatch(ofSource ?? "", /only in the fork/u);
    assert.deepEqual(
      place.query(`select purpose from x_usage where session_id = '${fork}' order by purpose`),
      [{ purpose: "title" }, { purpose: "turn" }],
      "of its own alone; three turns are an occasion for a title",
    );
    await place.app.deleteSession(source);
    assert.equal(place.transcript(fork).length, 11);
    assertStrict(place.databasePath);
  });

  test("forks of forks are told apart, and exact blocks go along", async (t) => {
    const place = await openAppPlace(t);
    const metadata = { test: { signature: "s" } };
    place.answers.push(async function* (): AsyncGenerator<ModelEvent> {
      for (const [blockId, text] of [
        ["0", "one"],
        ["1", "two"],
      ] as const) {
        yield { type: "text-start", blockId };
        yield { type: "text-delta", blockId, text };
        yield { type: "text-end", blockId, metadata };
      }
      yield { type: "finish", reason: "end_turn", usage: null };
    });
    const source = await place.app.createSession({ title: "Mine" });
    await place.say(source.id, "speak");
    assert.equal(place.transcript(source.id)[1]?.exactBlocks?.length, 2);
    const first = await place.app.organise.fork(source.id, {});
    const second = await place.app.organise.fork(first.sessionId, {});
    assert.deepEqual([first.title, second.title], ["Mine (fork)", "Mine (fork 2)"]);
    assert.deepEqual(saidIn(place, second.sessionId), saidIn(place, source.id));
    assert.equal(place.app.showSession(second.sessionId).facts?.titleSource, "person");
  });
});

describe("a fork at a message", () => {
  test("takes a step with all its results, and what was so at that time", async (t) => {
    const place = await openAppPlace(t);
    const source = await openWorked(place);
    const messages = place.transcript(source);
    assert.equal(messages[1]?.parts.filter((part) => part.type === "tool_call").length, 2);
    for (const index of [1, 2, 3]) {
      const fork = await place.app.organise.fork(source, { at: idAt(messages, index) });
      assert.equal(fork.messageCount, 2, String(index));
      assert.deepEqual(saidIn(place, fork.sessionId), saidIn(place, source).slice(0, 4));
      const { session } = place.app.showSession(fork.sessionId);
      assert.deepEqual(
        session.todos.map(({ status }) => status),
        ["in_progress"],
      );
      assert.deepEqual([session.promptTokens, session.completionTokens], [100, 10]);
    }
    const ofPrompt = await place.app.organise.fork(source, { at: idAt(messages, 0) });
    assert.deepEqual(kinds(place.transcript(ofPrompt.sessionId)), ["user: write a file"]);
    assertStrict(place.databasePath);
    await place.say(ofPrompt.sessionId, "go on");
    assert.deepEqual(
      place.turnRequests.at(-1)?.request.messages.map(({ role }) => role),
      ["user"],
    );
  });

  test("before a prompt: the prompt is the draft, before the first one nothing else is", async (t) => {
    const place = await openAppPlace(t);
    const source = await openWorked(place);
    const messages = place.transcript(source);
    const prompt = must(
      messages.findLast((message) => message.role === "user"),
      "a prompt",
    );
    const fork = await place.app.organise.fork(source, { before: prompt.id });
    assert.deepEqual(saidIn(place, fork.sessionId), saidIn(place, source).slice(0, 5));
    assert.equal(place.app.readDraft(fork.sessionId), "and finish");
    const empty = await place.app.organise.fork(source, { before: idAt(messages, 0) });
    assert.equal(empty.messageCount, 0);
    assert.equal(place.app.readDraft(empty.sessionId), "write a file");
    assert.equal(place.app.lastSession().id, fork.sessionId, "an empty one is nobody's last");
    assertStrict(place.databasePath);
  });

  test("file versions and reads of later stay behind", async (t) => {
    const place = await openAppPlace(t);
    const source = await openWorked(place);
    const messages = place.transcript(source);
    const start = must(messages[0], "a message").createdAt;
    runSql(
      place.databasePath,
      `update messages set created_at = ${String(start + 100)} where session_id = '${source}' and rowid > 5;
       insert into files values ('late', '${source}', '/late.txt', '', 0, ${String(start + 100)}, ${String(start + 100)});
       insert into read_files values ('${source}', 'late.txt', ${String(start + 100)})`,
    );
    const early = await place.app.organise.fork(source, { at: idAt(messages, 3) });
    const whole = await place.app.organise.fork(source, {});
    const paths = (id: SessionId): unknown[] =>
      place
        .query(`select distinct replace(path, '${place.place.project}', '') as path from files
        where session_id = '${id}' order by path`)
        .map((row) => row["path"]);
    assert.deepEqual(paths(early.sessionId), ["/a.txt"]);
    assert.deepEqual(paths(whole.sessionId), ["/a.txt", "/late.txt"]);
    assert.deepEqual(place.query(`select path from read_files where session_id = '${early.sessionId}'`), [
      { path: "a.txt" },
    ]);
  });

  test("a summary stays where it still counts", async (t) => {
    const place = await openAppPlace(t);
    const source = await openWorked(place);
    await place.app.compactSession(source);
    await place.say(source, "after it");
    const messages = place.transcript(source);
    const summary = messages.findIndex((message) => message.isSummary);
    const later = await place.app.organise.fork(source, { at: idAt(messages, summary + 1) });
    assert.equal(
      place.app.showSession(later.sessionId).session.summaryMessageId,
      place.transcript(later.sessionId)[summary]?.id,
    );
    const earlier = await place.app.organise.fork(source, { at: idAt(messages, summary - 1) });
    assert.equal(place.app.showSession(earlier.sessionId).session.summaryMessageId, null);
    assertStrict(place.databasePath);
  });
});

test("while the source is at work, its unfinished step is left out", async (t) => {
  const place = await openAppPlace(t);
  const session = await place.app.createSession();
  await place.say(session.id, "first");
  let forked: Promise<{ sessionId: SessionId; leftOutStep: boolean }> | undefined;
  place.answers.push(async function* (): AsyncGenerator<ModelEvent> {
    yield { type: "text-start", blockId: "0" };
    yield { type: "text-delta", blockId: "0", text: "half" };
    forked = place.app.organise.fork(session.id, {});
    await forked;
    yield { type: "text-end", blockId: "0" };
    yield { type: "finish", reason: "end_turn", usage: null };
  });
  await place.say(session.id, "second");
  const fork = await must(forked, "the fork");
  assert.equal(fork.leftOutStep, true);
  assert.deepEqual(kinds(place.transcript(fork.sessionId)), ["user: first", "assistant: done", "user: second"]);
  assert.deepEqual(kinds(place.transcript(session.id)).at(-1), "assistant: half");
  assertStrict(place.databasePath);
});

test("what can't be forked says why", async (t) => {
  const place = await openAppPlace(t);
  const { organise } = place.app;
  const empty = await place.app.createSession();
  await assert.rejects(organise.fork(empty.id, {}), { code: "usage", message: /no messages/u });
  await place.say(empty.id, "hello");
  const other = await place.app.createSession({ title: "Other" });
  await place.say(other.id, "there");
  const foreign = idAt(place.transcript(other.id), 0);
  await assert.rejects(organise.fork(empty.id, { at: foreign }), { code: "usage", message: /has no message/u });
  await assert.rejects(organise.fork(asSessionId("nobody"), {}), { code: "session-not-found" });
  assert.equal(organise.findMessage(other.id, foreign.slice(0, 13)), foreign);
  assert.throws(() => organise.findMessage(other.id, "zzz"), { code: "usage" });
  assert.throws(() => organise.findMessage(other.id, ""), { code: "usage" });
});

test("sessions that Crush wrote can be forked whole and at every message", async (t) => {
  const place = await openAppPlace(t);
  addCrushSampleTo(place.databasePath);
  const before = strictProblems(place.databasePath);
  for (const id of [sampleSessions.reasoningAndTools, sampleSessions.picturesAndShell, sampleSessions.summarised]) {
    const source = asSessionId(id);
    const whole = await place.app.organise.fork(source, {});
    assert.deepEqual(saidIn(place, whole.sessionId), saidIn(place, source), id);
    for (const message of place.transcript(source)) await place.app.organise.fork(source, { at: message.id });
  }
  assert.deepEqual(strictProblems(place.databasePath), before, "nothing is wrong that is not so in the sample itself");
});

test("a source that changes or goes while it is copied leaves no half of a session", async (t) => {
  const { store, path: file } = await openTestStore(t);
  addCrushSampleTo(file);
  const source = asSessionId(sampleSessions.reasoningAndTools);
  const places = { workingDirectory: "/p", projectRoot: "/p" };
  const forkWhile = async (interference: string): Promise<unknown> =>
    forkSession(
      {
        store,
        config: places,
        ownerId: "here",
        copyRows: (copy) => {
          const summary = copyInBatches(file, { ...copy, ownerId: "here" }, () => undefined);
          runSql(file, interference);
          return summary;
        },
      },
      source,
      {},
    );
  const count = (sql: string): unknown => querySql(file, `select count(*) as n from ${sql}`)[0]?.["n"];
  const [sessions, messages] = [count("sessions"), count("messages")];
  const copied = "session_id = (select session_id from x_copy where owner_id = 'here')";
  await assert.rejects(
    forkWhile(`delete from messages where ${copied} and rowid = (select max(rowid) from messages)`),
    {
      code: "session-changed",
    },
  );
  await assert.rejects(forkWhile("update x_copy set owner_id = ''"), { code: "session-changed" });
  await assert.rejects(forkWhile(`delete from sessions where id = '${source}'`), { code: "session-not-found" });
  assert.equal(count("sessions"), Number(sessions) - 1);
  assert.equal(count("x_copy where owner_id = ''"), 3);
  const remover = new SessionRemover({ store, path: file, clock: systemClock, log: silentLog });
  await remover.remove();
  await remover.stop();
  assert.equal(count("x_copy"), 0);
  assert.equal(count("messages where session_id not in (select id from sessions)"), 0);
  assert.ok(Number(count("messages")) < Number(messages));
});
