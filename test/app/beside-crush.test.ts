/** Another program that takes no lease works on the same sessions: nothing is re-created, nobody is talked over. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { AppError } from "../../src/lib/app-error.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { TransactionProbe } from "../../src/store/store.ts";
import { type AppPlace, type AppPlaceOptions, openAppPlace, type ScriptedAnswer } from "../harness/app-place.ts";
import { runSql } from "../harness/open-test-store.ts";

const withText = (text: string): { text: string; attachments: [] } => ({ text, attachments: [] });
const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

async function begun(
  t: TestContext,
  answers: readonly ScriptedAnswer[],
  storeOptions: AppPlaceOptions["storeOptions"] = {},
): Promise<{ place: AppPlace; sessionId: SessionId }> {
  const place = await openAppPlace(t, { answers, storeOptions });
  const { id: sessionId } = await place.app.openStartSession();
  return { place, sessionId };
}

/** A row as Crush writes it. */
function rowSql(sessionId: SessionId, row: { id: string; role: string; parts: readonly object[] }): string {
  const model = row.role === "assistant" ? "'big', 'test'" : "'', null";
  return `insert into messages (id, session_id, role, parts, model, provider, created_at, updated_at)
    values ('${row.id}', '${sessionId}', '${row.role}', '${JSON.stringify(row.parts)}', ${model}, 4000000000, 4000000000)`;
}

const said = (text: string): object => ({ type: "text", data: { text } });
const stop = { type: "finish", data: { reason: "stop", time: 0 } };

test("a session that is deleted elsewhere while it runs: the turn stops, and nothing of it comes back", async (t) => {
  const { place, sessionId } = await begun(t, [
    (_request, signal) =>
      (async function* (): AsyncGenerator<ModelEvent> {
        yield { type: "text-delta", blockId: "0", text: "so far" };
        runSql(place.databasePath, "pragma foreign_keys = on; delete from sessions");
        await new Promise<void>((ended) => {
          signal.addEventListener("abort", () => ended(), { once: true });
        });
        yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
      })(),
  ]);
  await assert.rejects(place.app.sendPrompt(sessionId, withText("go")), hasCode("session-not-found"));
  assert.ok(place.events.some((event) => event.type === "session-deleted" && event.sessionId === sessionId));
  await place.app.saveDraft(sessionId, "late");
  await place.close();
  for (const table of ["sessions", "messages", "x_session", "x_turn", "x_usage"]) {
    assert.deepEqual(place.query(`select 1 from ${table}`), [], table);
  }
});

test("rows of another program in the running turn: it stops at the step's end, and goes on when told to", async (t) => {
  const { place, sessionId } = await begun(t, [[{ name: "ls", input: {} }], "on we go"]);
  const unwatch = place.app.watch((event) => {
    if (event.type !== "tool-call-end") return;
    runSql(place.databasePath, rowSql(sessionId, { id: "theirs", role: "user", parts: [said("from Crush"), stop] }));
  });
  await assert.rejects(place.app.sendPrompt(sessionId, withText("look")), hasCode("session-changed"));
  unwatch();
  assert.equal(place.turnRequests.length, 1);
  assert.equal((await place.app.sendPrompt(sessionId, withText("go on"))).text, "on we go");
  const request = place.turnRequests.at(-1)?.request.messages ?? [];
  assert.deepEqual(
    request.map(({ role }) => role),
    ["user", "assistant", "tool", "user"],
  );
});

test("they are seen, too, where the first step's row could be stored only at the second try", async (t) => {
  let state: "waiting" | "due" | "over" = "waiting";
  const probe: TransactionProbe = (moment, sql) => {
    if (moment === "ran" && sql.startsWith("update x_turn set phase") && state === "waiting") state = "due";
    if (moment !== "committing" || state !== "due") return;
    state = "over";
    throw new AppError("disk-full", "no space left");
  };
  const { place, sessionId } = await begun(t, [[{ name: "ls", input: {} }]], { probe });
  place.app.watch((event) => {
    if (event.type !== "tool-call-end") return;
    runSql(place.databasePath, rowSql(sessionId, { id: "theirs", role: "user", parts: [said("from Crush"), stop] }));
  });
  await assert.rejects(place.app.sendPrompt(sessionId, withText("look")), hasCode("session-changed"));
  assert.deepEqual([state, place.turnRequests.length], ["over", 1]);
});

test("a running turn whose first step another program deletes stops too", async (t) => {
  const { place, sessionId } = await begun(t, [[{ name: "ls", input: {} }]]);
  place.app.watch((event) => {
    if (event.type !== "tool-call-end") return;
    runSql(place.databasePath, "delete from messages where role = 'assistant'");
  });
  await assert.rejects(place.app.sendPrompt(sessionId, withText("look")), hasCode("session-changed"));
  assert.equal(place.turnRequests.length, 1);
});

for (const [name, parts] of [
  ["a step without an end", [said("half a")]],
  [
    "a call without a result",
    [
      { type: "tool_call", data: { id: "c", name: "view", input: "{}", provider_executed: false, finished: true } },
      { type: "finish", data: { reason: "tool_use", time: 4000000000 } },
    ],
  ],
] as const) {
  test(`prompting a session of another program's with ${name} asks first`, async (t) => {
    const { place, sessionId } = await begun(t, ["hello", "after all"]);
    await place.say(sessionId, "hi");
    runSql(place.databasePath, rowSql(sessionId, { id: "theirs", role: "assistant", parts }));
    await assert.rejects(place.app.sendPrompt(sessionId, withText("go")), hasCode("session-unfinished"));
    assert.equal(place.events.filter(({ type }) => type === "turn-end").length, 1);
    assert.equal(place.transcript(sessionId).length, 3);
    const stopped = Promise.withResolvers<void>();
    place.app.watch(({ type }) => {
      if (type === "queue-stopped" || type === "turn-end") stopped.resolve();
    });
    await place.app.queue.add(sessionId, withText("go"), "follow-up");
    await stopped.promise;
    assert.deepEqual(
      place.app.queue.list(sessionId).map(({ state }) => state),
      ["paused"],
    );
    const ended = Promise.withResolvers<void>();
    place.app.watch(({ type }) => {
      if (type === "turn-end") ended.resolve();
    });
    await place.app.queue.resume(sessionId);
    await ended.promise;
    assert.deepEqual(
      place.transcript(sessionId).map(({ role }) => role),
      ["user", "assistant", "assistant", "user", "assistant"],
    );
  });
}
