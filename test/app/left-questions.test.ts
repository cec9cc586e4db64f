/** A question that a turn waited with outlives its process, and its answer takes the turn up. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { App } from "../../src/app/app.ts";
import { AppError } from "../../src/lib/app-error.ts";
import type { ToolResultPart } from "../../src/schema/message.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { PermissionRequest } from "../../src/schema/permission.ts";
import { type AppPlace, openAppPlace, type ScriptedAnswer, type ScriptedCall } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";
import { assertStrict } from "../harness/strict-reader.ts";

const touch = (file: string): ScriptedCall => ({
  name: "bash",
  input: { command: `touch ${file}`, description: file },
});
const write = (file: string, content: string): ScriptedCall => ({ name: "write", input: { file_path: file, content } });
const view = (file: string): ScriptedCall => ({ name: "view", input: { file_path: file } });

interface Left {
  readonly place: AppPlace;
  /** The window that came after. */
  readonly app: App;
  readonly sessionId: SessionId;
  readonly asked: readonly PermissionRequest[];
}

/** Resolves when this many questions are open and on disk. */
async function untilAsked(app: App, sessionId: SessionId, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = (): void => {
    if (app.liveTurn(sessionId)?.pendingPermissions.length === count) resolve(undefined);
  };
  const stop = app.watch(look);
  look();
  await promise;
  stop();
  // Writes are made in their order: this one comes after the questions'.
  await app.saveDraft(sessionId, "");
}

const stored = "select id, settled from x_ask order by rowid";

/**
 * A turn waits for the person; then its process is as good as dead: the lock that its row names is held by nobody. What
 * the first window still tries to write is refused, as to any that lost its place.
 */
async function leaveAsking(
  t: TestContext,
  answers: readonly ScriptedAnswer[],
  { questions = 1, before }: { readonly questions?: number; readonly before?: (place: AppPlace) => void } = {},
): Promise<Left> {
  const place = await openAppPlace(t, { answers });
  const dead = place.app;
  const { id: sessionId } = await dead.createSession();
  before?.(place);
  const turn = dead.sendPrompt(sessionId, { text: "do it", attachments: [] }).catch(() => undefined);
  await untilAsked(dead, sessionId, questions);
  assert.equal(place.query(stored).length, questions);
  runSql(place.databasePath, `update x_turn set owner_id = '${crypto.randomUUID()}'`);
  t.after(async () => {
    await dead.close();
    await turn;
  });
  const app = await place.open();
  return { place, app, sessionId, asked: app.leftQuestions() };
}

function results({ place, sessionId }: Pick<Left, "place" | "sessionId">): [string, string, boolean][] {
  const parts = place.transcript(sessionId).flatMap((row) => (row.role === "tool" ? row.parts : []));
  return parts
    .filter((part): part is ToolResultPart => part.type === "tool_result")
    .map(({ toolCallId, content, isError }) => [toolCallId, content, isError]);
}

const first = ({ asked }: Pick<Left, "asked">): string => asked[0]?.id ?? "none";
const once = { decision: "allow", scope: "once" } as const;

test("settled for every reader, it waits, and allowed it runs, with one result, and the turn goes on", async (t) => {
  const left = await leaveAsking(t, [[touch("made.txt"), touch("later.txt")], "both are there"]);
  const { place, app, sessionId, asked } = left;
  assertStrict(place.databasePath);
  assert.deepEqual(
    asked.map(({ command, toolCallId }) => [command, toolCallId]),
    [["touch made.txt", "call_1_0"]],
  );
  assert.match(results(left)[0]?.[1] ?? "", /^Not run: the program ended while the person was being asked/u);
  assert.equal(app.listSessions()[0]?.state, "waiting");
  const live = app.liveTurn(sessionId);
  assert.deepEqual([live?.isLeft, live?.pendingPermissions.length], [true, 1]);
  app.watch((event) => {
    if (event.type === "permission-asked") app.answerPermission(event.request.id, { ...once });
  });
  const outcome = await app.resumeTurn(sessionId, first(left), once);
  assert.deepEqual([outcome.reason, outcome.text], ["end_turn", "both are there"]);
  assert.ok(["made.txt", "later.txt"].every((file) => existsSync(path.join(place.place.project, file))));
  assert.deepEqual(
    results(left).map(([id, , isError]) => [id, isError]),
    [
      ["call_1_0", false],
      ["call_1_1", false],
    ],
  );
  assertStrict(place.databasePath);
  assert.deepEqual(place.query(stored), []);
  assert.deepEqual(place.query("select fence from x_turn"), []);
  assert.equal(app.listSessions()[0]?.state, "unseen");
  assert.equal(place.turnRequests.length, 2);
  const roles = place.transcript(sessionId).map(({ role }) => role);
  assert.deepEqual(roles, ["user", "assistant", "tool", "tool", "assistant"]);
});

test("denied, it ends as it would have; denied with a word, the model goes on with it", async (t) => {
  const silent = await leaveAsking(t, [[touch("a"), touch("b")]]);
  assert.equal((await silent.app.resumeTurn(silent.sessionId, first(silent), { decision: "deny" })).reason, "canceled");
  assert.deepEqual(
    results(silent).map(([, content]) => content),
    ["The person denied permission.", "Not run: the person denied permission for an earlier call."],
  );
  assertStrict(silent.place.databasePath);
  const spoken = await leaveAsking(t, [[touch("a")], "then not"]);
  const answer = { decision: "deny", message: "use mkdir" } as const;
  assert.equal((await spoken.app.resumeTurn(spoken.sessionId, first(spoken), answer)).text, "then not");
  assert.match(results(spoken)[0]?.[1] ?? "", /says: use mkdir$/u);
  assert.ok(!existsSync(path.join(spoken.place.place.project, "a")));
});

test("a lasting answer is kept, and holds for the next call", async (t) => {
  const left = await leaveAsking(t, [[touch("a")], [touch("a")], "twice"]);
  assert.equal(
    (await left.app.resumeTurn(left.sessionId, first(left), { decision: "allow", scope: "session" })).text,
    "twice",
  );
  assert.equal(left.app.listGrants(left.sessionId).length, 1);
});

test("only what the person was shown runs: a file that changed since is looked at again", async (t) => {
  const left = await leaveAsking(t, [[view("notes.txt")], [write("notes.txt", "new\n")], "I look again"], {
    before: ({ place }) => {
      place.write("project/notes.txt", "old\n");
    },
  });
  left.place.place.write("project/notes.txt", "changed by somebody else\n");
  assert.equal((await left.app.resumeTurn(left.sessionId, first(left), once)).text, "I look again");
  assert.match(readFileSync(path.join(left.place.place.project, "notes.txt"), "utf8"), /^changed by somebody/u);
  assert.deepEqual(
    results(left).map(([, , isError]) => isError),
    [false, true],
  );
});

test("what the session had read before its program died counts as read", async (t) => {
  const left = await leaveAsking(t, [[view("notes.txt")], [write("notes.txt", "new\n")], "written"], {
    before: ({ place }) => {
      place.write("project/notes.txt", "old\n");
    },
  });
  assert.equal((await left.app.resumeTurn(left.sessionId, first(left), once)).text, "written");
  assert.equal(readFileSync(path.join(left.place.place.project, "notes.txt"), "utf8"), "new\n");
});

test("a question whose facts are others by now is asked anew, and says so", async (t) => {
  const left = await leaveAsking(t, [[touch("a")], "never"]);
  runSql(left.place.databasePath, `update x_ask set request = replace(request, 'touch a', 'ls')`);
  const asked: (string | undefined)[] = [];
  left.app.watch((event) => {
    if (event.type !== "permission-asked") return;
    asked.push(event.origin, event.request.command);
    left.app.answerPermission(event.request.id, { decision: "deny" });
  });
  assert.equal((await left.app.resumeTurn(left.sessionId, first(left), once)).reason, "canceled");
  assert.deepEqual(asked, ["changed", "touch a"]);
  assert.ok(!existsSync(path.join(left.place.place.project, "a")));
});

test("of several open questions each waits; the first answer takes the turn up, the others are asked in it", async (t) => {
  const outside = ["/etc/hostname", "/etc/hosts"].map((file) => view(file));
  const left = await leaveAsking(t, [outside, "read"], { questions: 2 });
  const { app, sessionId, asked } = left;
  assert.equal(asked.length, 2);
  const again: string[] = [];
  app.watch((event) => {
    if (event.type !== "permission-asked") return;
    again.push(event.request.path);
    app.answerPermission(event.request.id, once);
  });
  assert.equal((await app.resumeTurn(sessionId, asked[1]?.id ?? "", once)).text, "read");
  assert.deepEqual(again, ["/etc/hostname"]);
  assert.equal(results(left).length, 2);
});

test("whatever else happens in the session, the question is void", async (t) => {
  const isVoid = (error: unknown): boolean => error instanceof AppError && error.code === "session-changed";
  const happenings: readonly ((left: Left) => Promise<unknown>)[] = [
    async ({ place, sessionId }) => place.say(sessionId, "never mind"),
    async ({ app, sessionId }) => app.compactSession(sessionId),
    async ({ app, sessionId }) => app.runShellCommand(sessionId, "true", new AbortController().signal),
    async ({ app, sessionId }) => app.cancelTurn(sessionId),
    async ({ place, sessionId }) => {
      runSql(
        place.databasePath,
        `insert into messages (id, session_id, role, parts, created_at, updated_at)
         values ('${crypto.randomUUID()}', '${sessionId}', 'user', '[]', 9999999999, 9999999999)`,
      );
      await Promise.resolve();
    },
  ];
  for (const happens of happenings) {
    const left = await leaveAsking(t, [[touch("a")]]);
    const before = results(left);
    await happens(left);
    assert.deepEqual(left.app.leftQuestions(), []);
    assert.equal(left.app.liveTurn(left.sessionId), null);
    await assert.rejects(left.app.resumeTurn(left.sessionId, first(left), once), isVoid);
    assert.deepEqual(results(left), before, "the settled rows stay");
    assert.deepEqual(left.place.query("select fence from x_turn"), []);
    assert.ok(!existsSync(path.join(left.place.place.project, "a")));
    await left.app.close();
    await left.place.open();
    await left.place.close();
    assert.deepEqual(left.place.query("select id from x_ask"), [], "a start leaves no void question");
  }
});

test("a fork does not ask; a deleted session leaves no question", async (t) => {
  const { app, place, sessionId } = await leaveAsking(t, [[touch("a")]]);
  const fork = await app.organise.fork(sessionId, {});
  assert.equal(app.liveTurn(fork.sessionId), null);
  await app.deleteSession(sessionId);
  assert.deepEqual(app.leftQuestions(), []);
  assert.deepEqual(place.query("select id from x_ask"), []);
});

test("killed again while it is asked once more, it is asked a third time", async (t) => {
  const left = await leaveAsking(t, [[touch("a"), touch("b")], "done"]);
  const { app, place, sessionId } = left;
  const turn = app.resumeTurn(sessionId, first(left), once).catch(() => undefined);
  t.after(async () => {
    await app.close();
    await turn;
  });
  await untilAsked(app, sessionId, 1);
  assert.notEqual(place.query(stored)[0]?.["id"], first(left));
  runSql(place.databasePath, `update x_turn set owner_id = '${crypto.randomUUID()}'`);
  const third = await place.open();
  const [question] = third.leftQuestions();
  assert.equal(question?.command, "touch b");
  assert.equal((await third.resumeTurn(sessionId, question.id, once)).text, "done");
  assert.equal(results(left).length, 2);
  assertStrict(place.databasePath);
});

test("what a turn had made before it was killed counts towards the most that it may make", async (t) => {
  const make = (number: number): ScriptedCall => {
    return { name: "session_create", input: { title: `Number ${number}`, prompt: "Go", start: false } };
  };
  const allowTwo = ({ app }: AppPlace): void => {
    let allowed = 0;
    app.watch((event) => {
      if (event.type !== "permission-asked" || allowed === 2) return;
      allowed += 1;
      app.answerPermission(event.request.id, once);
    });
  };
  const place = await openAppPlace(t, { answers: [[make(1)], [2, 3, 4, 5, 6, 7].map(make), "done"] });
  const dead = place.app;
  const { id: sessionId } = await dead.createSession();
  allowTwo(place);
  const third = Promise.withResolvers<PermissionRequest>();
  dead.watch((event) => {
    if (event.type === "permission-asked" && event.request.description.endsWith("3")) third.resolve(event.request);
  });
  const turn = dead.sendPrompt(sessionId, { text: "make seven", attachments: [] }).catch(() => undefined);
  await third.promise;
  await dead.saveDraft(sessionId, "");
  runSql(place.databasePath, `update x_turn set owner_id = '${crypto.randomUUID()}'`);
  t.after(async () => {
    await dead.close();
    await turn;
  });
  const app = await place.open();
  app.setYolo(true);
  await app.resumeTurn(sessionId, app.leftQuestions()[0]?.id ?? "", once);
  assert.deepEqual(
    results({ place, sessionId }).map(([, content]) => /^Made|which is the most/u.exec(content)?.[0]),
    [...Array.from({ length: 5 }, () => "Made"), "which is the most", "which is the most"],
  );
});

test("a window that is open when the other one dies asks in its place", async (t) => {
  const place = await openAppPlace(t, { answers: [[touch("made.txt")], "done"] });
  const dead = place.app;
  const { id: sessionId } = await dead.createSession();
  const turn = dead.sendPrompt(sessionId, { text: "do it", attachments: [] }).catch(() => undefined);
  await untilAsked(dead, sessionId, 1);
  const app = await place.open();
  t.after(async () => {
    await dead.close();
    await turn;
  });
  const told = Promise.withResolvers<PermissionRequest>();
  const kinds: string[] = [];
  app.watch((event) => {
    if (event.type === "turn-end") kinds.push(event.type);
    if (event.type !== "permission-asked" || event.origin !== "left") return;
    kinds.push(event.type);
    told.resolve(event.request);
  });
  runSql(place.databasePath, `update x_turn set owner_id = '${crypto.randomUUID()}'`);
  const request = await told.promise;
  // Where it is told that the turn has ended, that comes first: it takes the question of a living turn away.
  assert.equal(kinds.at(-1), "permission-asked");
  assert.equal((await app.resumeTurn(sessionId, request.id, once)).text, "done");
});

test("a program that is closed by somebody else than the person leaves its question", async (t) => {
  const place = await openAppPlace(t, { answers: [[touch("made.txt")], "done"] });
  const { id: sessionId } = await place.app.createSession();
  const turn = place.app.sendPrompt(sessionId, { text: "do it", attachments: [] }).catch(() => undefined);
  await untilAsked(place.app, sessionId, 1);
  await place.app.leaveQuestions();
  await place.close();
  await turn;
  assertStrict(place.databasePath);
  const app = await place.open();
  const [question] = app.leftQuestions();
  assert.equal((await app.resumeTurn(sessionId, question?.id ?? "", once)).text, "done");
  assert.equal(results({ place, sessionId }).length, 1);
});

test("a turn that fails or is canceled while it asks leaves no question", async (t) => {
  const place = await openAppPlace(t, { answers: [[touch("a")]] });
  const { app } = place;
  const { id: sessionId } = await app.createSession();
  const turn = place.say(sessionId, "do it");
  await untilAsked(app, sessionId, 1);
  assert.equal(place.query(stored).length, 1);
  await app.cancelTurn(sessionId);
  assert.equal((await turn).reason, "canceled");
  assert.deepEqual(place.query(stored), []);
});
