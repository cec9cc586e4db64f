/** What other programs write into the project is told of by the same events as own writes. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { App } from "../../src/app/app.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import { asMessageId } from "../../src/schema/ids.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { PermissionRequest } from "../../src/schema/permission.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import { type AppPlace, openAppPlace, type ScriptedAnswer, scriptedUsage } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const finish = '{"type":"finish","data":{"reason":"stop","time":0}}';

interface Windows {
  readonly place: AppPlace;
  readonly first: App;
  readonly second: App;
  readonly sessionId: SessionId;
  /** What the first window was told. */
  readonly events: SessionEvent[];
  /** Resolves with the next event of the first window that fits, one that came already included. */
  readonly told: (fits: (event: SessionEvent) => boolean) => Promise<SessionEvent>;
}

/** Two windows on one project; the first one shows a session in which something was said, and follows. */
async function openWindows(t: TestContext, answers: readonly ScriptedAnswer[] = []): Promise<Windows> {
  const place = await openAppPlace(t, { answers: ["hello", ...answers] });
  const first = place.app;
  t.after(async () => first.close());
  const { id: sessionId } = await first.openStartSession();
  await place.say(sessionId, "hi");
  first.openSession(sessionId);
  const second = await place.open();
  place.events.length = 0;
  const events: SessionEvent[] = [];
  const waiting = new Set<() => void>();
  first.watch((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  const told: Windows["told"] = async (fits) => {
    const { promise, resolve } = Promise.withResolvers<SessionEvent>();
    const look = (): void => {
      const found = events.find((event) => fits(event));
      if (found !== undefined) resolve(found);
    };
    waiting.add(look);
    look();
    return promise.finally(() => waiting.delete(look));
  };
  // A change that is seen shows that the window follows.
  await second.renameSession(sessionId, "followed");
  await told((event) => event.type === "session-updated");
  events.length = 0;
  return { place, first, second, sessionId, events, told };
}

const typesOf = (events: readonly SessionEvent[]): string[] => events.map(({ type }) => type);

test("sessions that another program adds, renames and deletes are told of", async (t) => {
  const { place, first, second, sessionId, events, told } = await openWindows(t);
  const { id } = await second.createSession({ title: "from there" });
  await told((event) => event.type === "session-created" && event.sessionId === id);
  await second.renameSession(id, "another name");
  await told((event) => event.type === "session-updated" && event.sessionId === id);
  assert.equal(first.showSession(id).session.title, "another name");
  await second.deleteSession(id);
  await told((event) => event.type === "session-deleted" && event.sessionId === id);
  runSql(
    place.databasePath,
    `insert into sessions (id, title, created_at, updated_at) values ('old', 'brought in', 5, 5)`,
  );
  await told((event) => event.type === "session-created" && event.sessionId === "old");
  runSql(place.databasePath, "delete from sessions where id = 'old'");
  await told((event) => event.type === "session-deleted" && event.sessionId === "old");
  assert.equal(events.filter((event) => event.sessionId === sessionId && event.type === "session-deleted").length, 0);
});

test("messages that another program adds, rewrites and deletes reach the open session, each once", async (t) => {
  const { place, sessionId, events, told } = await openWindows(t);
  const insert = (id: string, text: string): string =>
    `insert into messages (id, session_id, role, parts, model, created_at, updated_at) values
       ('${id}', '${sessionId}', 'user', '[{"type":"text","data":{"text":"${text}"}},${finish}]', '', 4000000000, 4000000000)`;
  runSql(place.databasePath, insert("m1", "one"));
  const created = await told((event) => event.type === "message-created");
  assert.ok(created.type === "message-created");
  assert.equal(created.message.id, "m1");
  runSql(
    place.databasePath,
    `update messages set parts = replace(parts, 'one', 'other') where id = 'm1'; ${insert("m2", "two")}`,
  );
  await told((event) => event.type === "message-created" && event.message.id === "m2");
  const updated = await told((event) => event.type === "message-updated");
  assert.ok(updated.type === "message-updated");
  assert.deepEqual(updated.message.parts[0], { type: "text", text: "other" });
  runSql(place.databasePath, "delete from messages where id = 'm1'");
  const deleted = await told((event) => event.type === "message-deleted");
  assert.deepEqual(deleted, { type: "message-deleted", sessionId, messageId: asMessageId("m1") });
  const messages = events.filter((event) => event.type.startsWith("message-"));
  assert.deepEqual(typesOf(messages), ["message-created", "message-updated", "message-created", "message-deleted"]);
});

test("what this window writes itself is told of once", async (t) => {
  const { second, first, place, sessionId, events, told } = await openWindows(t, ["again"]);
  await first.sendPrompt(sessionId, { text: "go on", attachments: [] });
  await first.finishTitles();
  const { id } = await second.createSession({ title: "wakes the other" });
  await told((event) => event.type === "session-created" && event.sessionId === id);
  const created = events.filter((event) => event.type === "message-created");
  assert.equal(created.length, 2);
  assert.equal(events.filter((event) => event.type === "turn-start").length, 1);
  assert.equal(place.transcript(sessionId).length, 4);
});

test("a turn of another window is seen from its start to its end, its words while they stream", async (t) => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { first, second, sessionId, told } = await openWindows(t, [
    () =>
      (async function* (): AsyncGenerator<ModelEvent> {
        yield { type: "text-start", blockId: "0" };
        yield { type: "text-delta", blockId: "0", text: "so far" };
        await mayEnd;
        yield { type: "text-delta", blockId: "0", text: " and more" };
        yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
      })(),
  ]);
  const turn = second.sendPrompt(sessionId, { text: "tell", attachments: [] });
  await told((event) => event.type === "turn-start");
  await told((event) => event.type === "message-created" && event.message.role === "user");
  const delta = await told((event) => event.type === "text-delta");
  assert.ok(delta.type === "text-delta");
  assert.equal(delta.text, "so far");
  const live = first.liveTurn(sessionId);
  assert.deepEqual(live?.message?.parts, [{ type: "text", text: "so far" }]);
  assert.match(live.ownerName ?? "", /^process \d+ on /u);
  end();
  const ended = await told((event) => event.type === "turn-end");
  assert.ok(ended.type === "turn-end");
  assert.equal(ended.reason, "end_turn");
  await turn;
  assert.equal(first.liveTurn(sessionId), null);
  await told(
    (event) =>
      event.type === "message-updated" &&
      event.message.parts.some((part) => part.type === "text" && part.text === "so far and more"),
  );
});

test("a question of another window, and its tools at work, are told of as such", async (t) => {
  const go = "touch begun; while [ ! -e go ]; do sleep 0.02; done";
  const { place, first, second, sessionId, told } = await openWindows(t, [
    [{ name: "bash", input: { command: go, description: "wait" } }],
  ]);
  const asked = Promise.withResolvers<PermissionRequest>();
  second.watch((event) => {
    if (event.type === "permission-asked") asked.resolve(event.request);
  });
  const turn = second.sendPrompt(sessionId, { text: "wait", attachments: [] });
  await told((event) => event.type === "turn-elsewhere" && event.work === "question");
  assert.equal(first.liveTurn(sessionId)?.work, "question");
  assert.deepEqual(first.liveTurn(sessionId)?.asking, [(await asked.promise).toolCallId]);
  second.answerPermission((await asked.promise).id, { decision: "allow", scope: "once" });
  await told(
    (event) => event.type === "turn-elsewhere" && event.work === "tools" && first.liveTurn(sessionId)?.work === "tools",
  );
  writeFileSync(path.join(place.place.project, "go"), "");
  await told((event) => event.type === "turn-end");
  await turn;
});

test("a command of the person's in another window is told of from its start to its end, with what it prints", async (t) => {
  const { place, first, second, sessionId, events, told } = await openWindows(t);
  const go = path.join(place.place.project, "go");
  const command = `echo begun; until [ -e ${go} ]; do sleep 0.02; done; echo over`;
  const ran = second.runShellCommand(sessionId, command, new AbortController().signal);
  await told((event) => event.type === "command-changed" && first.liveCommands(sessionId)[0]?.output === "begun\n");
  assert.deepEqual(
    first.liveCommands(sessionId).map(({ isElsewhere }) => isElsewhere),
    [true],
  );
  assert.deepEqual(
    second.liveCommands(sessionId).map(({ isElsewhere }) => isElsewhere),
    [false],
  );
  events.length = 0;
  writeFileSync(go, "");
  const row = await ran;
  await told((event) => event.type === "command-changed" && event.command === null);
  await told((event) => event.type === "message-created" && event.message.id === row.id);
  assert.deepEqual(first.liveCommands(sessionId), []);
  assert.ok(events.every((event) => event.type !== "command-changed" || event.isElsewhere));
});

test("what another program writes goes into the index that is kept up", async (t) => {
  const { place, first, told } = await openWindows(t);
  const indexed = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = first.search.onIndexed(resolve);
    return promise.finally(stop);
  };
  const caughtUp = indexed();
  first.search.keepIndexed();
  await caughtUp;
  const again = indexed();
  runSql(
    place.databasePath,
    `insert into sessions (id, title, created_at, updated_at) values ('theirs', 'T', 1000, 1000);
     insert into messages (id, session_id, role, parts, created_at, updated_at)
     values ('theirs-1', 'theirs', 'user', '[{"type":"text","data":{"text":"about the quay"}},${finish}]', 1000, 1000);`,
  );
  await told((event) => event.type === "session-created");
  await again;
  const result = await first.search.find("quay");
  assert.deepEqual(
    result?.hits.map((hit) => hit.sessionId),
    ["theirs"],
  );
});
