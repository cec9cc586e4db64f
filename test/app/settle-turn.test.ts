import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { AppError } from "../../src/lib/app-error.ts";
import { asMessageId, asSessionId } from "../../src/schema/ids.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import { OwnerLock } from "../../src/store/owner-lock.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { ManualClock } from "../harness/manual-clock.ts";
import { runSql } from "../harness/open-test-store.ts";
import { strictProblems } from "../harness/strict-reader.ts";

const promptedAt = 1_790_000_000;
const writtenAt = 1_790_000_030;
const sessionId = asSessionId("5e0cbd3f-4cf5-4a3e-9f0f-0a2f7f9d1b11");
const promptId = asMessageId("0d2a1c7e-3b64-4f2a-8c2d-6f1f3a5b7c01");
const stepId = asMessageId("0d2a1c7e-3b64-4f2a-8c2d-6f1f3a5b7c02");

interface Left {
  readonly phase: string;
  /** The step's row; absent: there is none. */
  readonly parts?: readonly object[];
  /** Its lines; the last one is torn besides. */
  readonly journal?: readonly unknown[];
  /** SQL that comes after. */
  readonly more?: string;
  readonly ownerId?: string;
}

const call = (id: string, input: string, isFinished = true): object => ({
  type: "tool_call",
  data: { id, name: "view", input, provider_executed: false, finished: isFinished },
});
const text = (words: string): object => ({ type: "text", data: { text: words } });
const finish = (reason: string): object => ({ type: "finish", data: { reason, time: promptedAt + 5 } });

function rowSql(row: { id: string; role: string; parts: readonly object[]; at?: number }): string {
  const isStep = row.role === "assistant";
  const isFinished = isStep && JSON.stringify(row.parts).includes('"finish"');
  const at = row.at ?? promptedAt + 1;
  return `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at, finished_at) values
    ('${row.id}', '${sessionId}', '${row.role}', '${JSON.stringify(row.parts)}', '${isStep ? "big" : ""}',
     ${isStep ? "'test'" : "null"}, ${String(at)}, ${String(at)}, ${isFinished ? String(promptedAt + 5) : "null"});`;
}

const began = ["step", 1];
const stop = { type: "finish", data: { reason: "stop", time: 0 } };

function resultSql(id: string, callId: string): string {
  const data = {
    tool_call_id: callId,
    name: "view",
    content: "seen",
    data: "",
    mime_type: "",
    metadata: "",
    is_error: false,
  };
  return rowSql({ id, role: "tool", parts: [{ type: "tool_result", data }, stop], at: promptedAt + 6 });
}

/** Closes the program and makes the database look as if it had died in the middle of a turn. */
async function leaveTurn(place: AppPlace, left: Left): Promise<void> {
  await place.close();
  const messageId = left.parts === undefined ? "null" : `'${stepId}'`;
  runSql(
    place.databasePath,
    `delete from sessions;
     insert into sessions (id, title, created_at, updated_at)
       values ('${sessionId}', 'work', ${String(promptedAt)}, ${String(promptedAt)});
     ${rowSql({ id: promptId, role: "user", parts: [text("go"), stop], at: promptedAt })}
     ${left.parts === undefined ? "" : rowSql({ id: stepId, role: "assistant", parts: left.parts })}
     insert into x_turn (session_id, owner_id, owner_name, phase, message_id, started_at_ms)
       values ('${sessionId}', '${left.ownerId ?? crypto.randomUUID()}', 'process 7 on desk', '${left.phase}',
         ${messageId}, ${String(promptedAt)}000);
     ${left.more ?? ""}`,
  );
  if (left.journal !== undefined) writeJournal(place, left.journal);
}

/** Opened again after its death. */
async function openLeft(t: TestContext, left: Left): Promise<AppPlace> {
  const place = await openAppPlace(t);
  await leaveTurn(place, left);
  await place.open();
  if (left.ownerId === undefined) await untilSettled(place);
  return place;
}

/** On a slow disk opening does not wait for all of it. */
async function untilSettled(place: AppPlace): Promise<void> {
  while (place.query("select session_id from x_turn").length > 0 || journalsOf(place).length > 0) await nextTurn();
}

async function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await promise;
}

function journalsOf(place: AppPlace): readonly string[] {
  return existsSync(journalFolder(place)) ? readdirSync(journalFolder(place)) : [];
}

function journalFolder(place: AppPlace): string {
  return path.join(path.dirname(place.databasePath), "journal");
}

function writeJournal(place: AppPlace, records: readonly unknown[]): void {
  mkdirSync(journalFolder(place), { recursive: true });
  const file = path.join(journalFolder(place), `${stepId}.jsonl`);
  const lines = records.map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(file, `${lines.join("")}[0,"torn`);
  utimesSync(file, writtenAt, writtenAt);
}

function lastStep(place: AppPlace): Message {
  const message = place.transcript(sessionId).findLast((each) => each.role === "assistant");
  assert.ok(message !== undefined);
  return message;
}

/** What must hold after every settling. */
async function assertSettled(place: AppPlace): Promise<void> {
  assert.deepEqual(place.query("select session_id from x_turn"), []);
  assert.deepEqual(journalsOf(place), []);
  const problems = strictProblems(place.databasePath);
  assert.deepEqual(problems, []);
  assert.equal((await place.say(sessionId, "go on")).reason, "end_turn");
}

test("a step that was streaming keeps what the journal has, and is marked interrupted", async (t) => {
  const place = await openLeft(t, {
    phase: "requesting",
    parts: [],
    journal: [
      began,
      ["reasoning", "r", (promptedAt + 2) * 1000],
      [0, "hm"],
      ["text", "t"],
      [1, "half an"],
      [1, " answer"],
      ["call", "c1", "view"],
      [2, '{"file_path":"a"}'],
      [2, null, { name: "view" }],
      ["call", "c2", "view"],
      [3, '{"file_pa'],
    ],
  });
  const step = lastStep(place);
  assert.deepEqual(
    step.parts.map((part) => (part.type === "text" ? part.text : part.type === "tool_call" ? part.input : part.type)),
    ["reasoning", "half an answer", '{"file_path":"a"}', "{}", "finish"],
  );
  assert.deepEqual(step.parts.at(-1), {
    type: "finish",
    reason: "error",
    time: writtenAt,
    message: "Interrupted",
    details: "The program ended in the middle of the turn.",
  });
  assert.equal(step.finishedAt, writtenAt);
  const results = place.transcript(sessionId).flatMap((row) => (row.role === "tool" ? row.parts.slice(0, 1) : []));
  assert.deepEqual(
    results.map((part) => (part.type === "tool_result" ? [part.toolCallId, part.isError] : part.type)),
    [
      ["c1", true],
      ["c2", true],
    ],
  );
  const cutOff = results.at(-1);
  assert.ok(cutOff?.type === "tool_result");
  assert.match(cutOff.content, /^Not run: .*\. This much of its arguments had come:\n\{"file_pa$/u);
  const [booked] = place.query("select outcome, is_estimated, output_tokens, message_id, cost_usd from x_usage");
  assert.deepEqual([booked?.["outcome"], booked?.["is_estimated"], booked?.["message_id"]], ["interrupted", 1, stepId]);
  assert.ok(Number(booked?.["output_tokens"]) > 0 && Number(booked?.["cost_usd"]) > 0);
  await assertSettled(place);
});

test("usage that the provider had reported is kept in the estimate", async (t) => {
  const place = await openLeft(t, {
    phase: "requesting",
    parts: [],
    journal: [
      began,
      ["usage", { inputTokens: 1_000, cacheReadTokens: 500, outputTokens: 1 }],
      ["text", "t"],
      [0, "x".repeat(400)],
    ],
  });
  const [booked] = place.query("select input_tokens, cache_read_tokens, output_tokens, is_estimated from x_usage");
  assert.deepEqual(Object.values(booked ?? {}), [1_000, 500, 100, 1]);
  await assertSettled(place);
});

test("the estimate has in it what the request held besides its messages, which the journal tells", async (t) => {
  for (const [overheadLength, tokens] of [
    [8_000, 2_001],
    [-1, 1],
    [1e300, 1],
  ]) {
    const place = await openLeft(t, {
      phase: "requesting",
      parts: [],
      journal: [
        ["step", 1, { overheadLength }],
        ["text", "t"],
        [0, "half"],
      ],
    });
    const [booked] = place.query("select input_tokens, output_tokens, is_estimated from x_usage");
    assert.deepEqual(Object.values(booked ?? {}), [tokens, 1, 1]);
    await assertSettled(place);
  }
});

test("a request that waited for others of its provider is not booked, unless it was sent then", async (t) => {
  for (const isSent of [false, true]) {
    const states = isSent ? ["wait", "sent"] : ["wait"];
    const journal = [began, ...states.map((state) => ["name", "text", "", state])];
    const place = await openLeft(t, { phase: "requesting", parts: [], journal });
    assert.equal(place.query("select id from x_usage").length, isSent ? 1 : 0);
    await assertSettled(place);
  }
});

test("where a loss of power took the journal's end, the row's longer text stays", async (t) => {
  const place = await openLeft(t, {
    phase: "requesting",
    parts: [text("all of the first fold"), call("c", "{oops", false)],
    journal: [began, ["text", "t"], [0, "all of"]],
  });
  const step = lastStep(place);
  assert.deepEqual(step.parts[0], { type: "text", text: "all of the first fold" });
  assert.ok(step.parts.some((part) => part.type === "tool_call" && part.input === "{}" && part.finished));
  await assertSettled(place);
});

test("a journal of another version is left unread, the row kept", async (t) => {
  const journal = [
    ["step", 99],
    ["text", "t"],
    [0, "what is this, and how much longer is it?"],
  ];
  const place = await openLeft(t, { phase: "requesting", parts: [text("kept")], journal });
  assert.deepEqual(lastStep(place).parts[0], { type: "text", text: "kept" });
  await assertSettled(place);
});

test("a step that waited for its next try is booked only if the try had begun", async (t) => {
  for (const hasBegun of [false, true]) {
    const journal = hasBegun ? { journal: [began, ["text", "t"]] } : {};
    const place = await openLeft(t, { phase: "waiting", parts: [], ...journal });
    assert.equal(place.query("select id from x_usage").length, hasBegun ? 1 : 0);
    assert.equal(lastStep(place).parts.length, 1, "interrupted, without a word");
    await assertSettled(place);
  }
});

test("calls that had no result get one, those that had one keep it, and nothing is booked twice", async (t) => {
  const place = await openLeft(t, {
    phase: "calling",
    parts: [text("let me see"), call("a", "{}"), call("b", "{}"), finish("tool_use")],
    more: resultSql("0d2a1c7e-3b64-4f2a-8c2d-6f1f3a5b7c03", "a"),
  });
  const results = place.transcript(sessionId).filter((row) => row.role === "tool");
  assert.deepEqual(
    results.map(({ parts: [part] }) => (part?.type === "tool_result" ? [part.toolCallId, part.isError] : null)),
    [
      ["a", false],
      ["b", true],
    ],
  );
  const end = lastStep(place).parts.at(-1);
  assert.ok(end?.type === "finish" && end.message === "Interrupted" && end.time === promptedAt + 6);
  assert.equal(place.query("select id from x_usage").length, 0);
  await assertSettled(place);
});

test("a turn that was on disk is only released; one that had no step leaves its prompt", async (t) => {
  const ended = await openLeft(t, { phase: "ended", parts: [text("whole"), finish("end_turn")] });
  assert.ok(lastStep(ended).parts.some((part) => part.type === "finish" && part.reason === "end_turn"));
  await assertSettled(ended);
  const starting = await openLeft(t, { phase: "starting" });
  assert.deepEqual(
    starting.transcript(sessionId).map((row) => row.role),
    ["user"],
  );
  await assertSettled(starting);
});

test("what another program has said since stays behind the results", async (t) => {
  const place = await openLeft(t, {
    phase: "calling",
    parts: [call("a", "{}"), finish("tool_use")],
    more: rowSql({
      id: "0d2a1c7e-3b64-4f2a-8c2d-6f1f3a5b7c09",
      role: "user",
      parts: [text("never mind"), stop],
      at: promptedAt + 100,
    }),
  });
  assert.deepEqual(
    place.transcript(sessionId).map((row) => row.role),
    ["user", "assistant", "tool", "user"],
  );
  assert.equal((await place.say(sessionId, "go on")).reason, "end_turn");
});

test("rows that no turn of ours stands behind are never touched, whatever they look like", async (t) => {
  const foreign = `delete from x_turn; update messages set parts = '${JSON.stringify([text("half"), call("a", "{oo", false)])}'
    where id = '${stepId}';`;
  const place = await openLeft(t, { phase: "requesting", parts: [], more: foreign, journal: [began, ["text", "t"]] });
  const before = place.query("select id, parts, updated_at from messages order by rowid");
  assert.equal(before.length, 2);
  place.app.openSession(sessionId);
  await place.close();
  await place.open();
  assert.deepEqual(place.query("select id, parts, updated_at from messages order by rowid"), before);
  assert.deepEqual(readdirSync(journalFolder(place)), [], "its journal is nobody's");
  assert.equal(
    (await place.say(sessionId, "go on", { goesOnAnyway: true })).reason,
    "end_turn",
    "the request answers the call",
  );
});

test("a living owner keeps its session: shown as at work, not settled, not run twice, named", async (t) => {
  const place = await openAppPlace(t);
  const owner = OwnerLock.acquire(path.dirname(place.databasePath));
  await leaveTurn(place, { phase: "requesting", parts: [], journal: [began, ["text", "t"]], ownerId: owner.id });
  await place.open();
  assert.deepEqual(
    place.app.listSessions().map(({ state }) => state),
    ["elsewhere"],
  );
  await assert.rejects(place.say(sessionId, "me too"), (error) => {
    assert.ok(error instanceof AppError && error.code === "session-busy");
    assert.match(error.message, /process 7 on desk/u);
    return true;
  });
  const { signal } = new AbortController();
  await assert.rejects(place.app.runShellCommand(sessionId, "true", signal), /process 7 on desk/u);
  assert.deepEqual(lastStep(place).parts, []);
  assert.equal(readdirSync(journalFolder(place)).length, 1);

  owner[Symbol.dispose]();
  assert.equal((await place.say(sessionId, "now")).reason, "end_turn", "settled before the turn began");
  assert.deepEqual(strictProblems(place.databasePath), []);
});

test("opening a session settles what has died while this window was open", async (t) => {
  const place = await openAppPlace(t);
  const owner = OwnerLock.acquire(path.dirname(place.databasePath));
  await leaveTurn(place, { phase: "requesting", parts: [text("half")], ownerId: owner.id });
  await place.open();
  owner[Symbol.dispose]();
  const updated = Promise.withResolvers<SessionId>();
  place.app.watch((event) => {
    if (event.type === "message-updated") updated.resolve(event.sessionId);
  });
  place.app.openSession(sessionId);
  assert.equal(await updated.promise, sessionId);
  assert.ok(lastStep(place).parts.some((part) => part.type === "finish" && part.message === "Interrupted"));
  await assertSettled(place);
});

test("an owner that looked alive at the start, as while its lock is tidied away, is looked at again", async (t) => {
  const clock = new ManualClock(Date.now());
  const place = await openAppPlace(t, { clock });
  // Held as by whoever tidies up behind the dead.
  using tidier = OwnerLock.acquire(path.dirname(place.databasePath));
  await leaveTurn(place, { phase: "requesting", parts: [text("half")], ownerId: tidier.id });
  await place.open();
  assert.equal(place.query("select session_id from x_turn").length, 1);
  tidier[Symbol.dispose]();
  while (place.query("select session_id from x_turn").length > 0) {
    clock.advance(200);
    await nextTurn();
  }
  await assertSettled(place);
});

test("a turn that ran through leaves nothing behind", async (t) => {
  const place = await openAppPlace(t, { answers: ["fine"] });
  const session = await place.app.openStartSession();
  await place.say(session.id, "hello");
  assert.deepEqual(place.query("select session_id from x_turn"), []);
  assert.deepEqual(readdirSync(journalFolder(place)), []);
  const owners = path.join(path.dirname(place.databasePath), "owners");
  assert.equal(readdirSync(owners).length, 1);
  await place.close();
  assert.deepEqual(readdirSync(owners), []);
});
