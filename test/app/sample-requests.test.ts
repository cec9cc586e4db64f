/** Sessions that Crush wrote go on here: what is sent is their rows, in order, in a form that every provider takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../../src/schema/ids.ts";
import type { ModelMessage } from "../../src/schema/model-request.ts";
import { type AppPlace, openAppPlace } from "../harness/app-place.ts";
import { runSql, sampleSql } from "../harness/open-test-store.ts";

async function continued(
  t: Parameters<typeof openAppPlace>[0],
  id: string,
): Promise<[AppPlace, readonly ModelMessage[]]> {
  const place = await openAppPlace(t);
  await place.close();
  runSql(place.databasePath, sampleSql());
  const app = await place.open();
  await app.chooseModel(asSessionId(id), { provider: "test", model: "big" });
  const outcome = await place.say(asSessionId(id), "and on", { goesOnAnyway: true });
  assert.equal(outcome.reason, "end_turn");
  return [place, place.turnRequests[0]?.request.messages ?? []];
}

function outline(messages: readonly ModelMessage[]): string[] {
  return messages.map((message) => {
    if (message.role === "user") {
      return `user ${message.content.map((part) => (part.kind === "text" ? part.text.split("\n")[0] : part.name)).join(" | ")}`;
    }
    if (message.role === "tool") return `tool ${message.results.map(({ toolCallId }) => toolCallId).join(" ")}`;
    return `assistant ${message.blocks.map((block) => (block.kind === "tool-call" ? block.id : block.kind)).join(" ")}`;
  });
}

test("calls, their results and a child's session", async (t) => {
  const [, messages] = await continued(t, "1f6d4c2e-6f0a-4e3b-9a52-8d9b1c0f7a11");
  assert.deepEqual(outline(messages), [
    "user Fix the <b> parser & add a test — 日本語 👩‍👩‍👧",
    "assistant reasoning text toolu_01A toolu_01B",
    "tool toolu_01A toolu_01B",
    "assistant toolu_01C toolu_01D",
    "tool toolu_01C toolu_01D",
    "assistant text",
    "user and on",
  ]);
});

test("pictures, commands, a canceled and a failed step, other models", async (t) => {
  const [, messages] = await continued(t, "7f150524-34b9-45df-9e77-69b10f4205b4");
  const roles = messages.map(({ role }) => role);
  assert.ok(roles.every((role, index) => role !== roles[index - 1]));
  const text = JSON.stringify(messages);
  for (const part of [
    "what is this?",
    "git status",
    "go on",
    "Half an ans",
    "again",
    "read it",
    "Not there.",
    "and on",
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.deepEqual(
    outline(messages).filter((line) => line.includes("call_9")),
    ["assistant call_9", "tool call_9"],
  );
});

test("from the summary on", async (t) => {
  const [, messages] = await continued(t, "ca02135e-92b1-43f2-8ede-0d7ac3baea9e");
  assert.deepEqual(outline(messages), ["user ## Current State | and now?", "assistant text", "user and on"]);
});

test("a call that a dead program left open is answered in the request, and nothing of its rows changes", async (t) => {
  const [place, messages] = await continued(t, "5affb229-7631-4992-b0ce-583505c6af07");
  assert.deepEqual(outline(messages), [
    "user killed in the middle",
    "assistant text toolu_x toolu_y",
    "tool toolu_x toolu_y",
    "user and on",
  ]);
  assert.deepEqual(place.query("select id from messages where session_id like '5aff%' and role = 'tool'"), []);
});

test("an empty one", async (t) => {
  const [place, messages] = await continued(t, "65dc9f50-3f63-4f83-bd05-61e6211c70cf");
  assert.deepEqual(outline(messages), ["user and on"]);
  assert.equal(place.app.findSession("65dc9f50").title, "A fitting title");
});
