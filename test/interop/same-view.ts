/** Proofs that both programs see the same sessions, and that a request holds exactly what came before it. */
import assert from "node:assert/strict";
import type { LoggedMessage, LoggedRequest } from "../harness/model-servers/script.ts";
import type { ListedSession, ProgramSide } from "./program-side.ts";

/** What `reference` has must be in `actual` too: ours may add fields, and change none. */
function assertHolds(actual: unknown, reference: unknown, where: string): void {
  if (Array.isArray(reference)) {
    assert.ok(Array.isArray(actual), `${where} is a list`);
    assert.equal(actual.length, reference.length, `${where}: number of elements`);
    for (const [index, element] of reference.entries()) assertHolds(actual[index], element, `${where}[${index}]`);
    return;
  }
  if (typeof reference === "object" && reference !== null) {
    assert.ok(typeof actual === "object" && actual !== null, `${where} is an object`);
    const fields = actual as Record<string, unknown>;
    // Crush's own shell commands have no form in its JSON; ours gives them one.
    if ("type" in reference && reference.type === "unknown") return;
    for (const [key, value] of Object.entries(reference)) assertHolds(fields[key], value, `${where}.${key}`);
    return;
  }
  assert.deepEqual(actual, reference, where);
}

/** Newest first; sessions of the same second have no order that both would know. */
function inOneOrder(sessions: readonly ListedSession[]): ListedSession[] {
  return sessions.toSorted(
    (left, right) => right.modified.localeCompare(left.modified) || left.uuid.localeCompare(right.uuid),
  );
}

/** Lists and shows every session with both programs, compares, and answers the list. */
export async function assertSameView(ours: ProgramSide, crush: ProgramSide): Promise<ListedSession[]> {
  const reference = inOneOrder(await crush.list());
  const listed = await ours.list();
  assertHolds(inOneOrder(listed), reference, "session list");
  const times = listed.map((session) => session.modified);
  assert.deepEqual(times, times.toSorted().toReversed(), "newest first");
  for (const { uuid } of reference) {
    assertHolds(await ours.show(uuid), await crush.show(uuid), `session ${uuid}`);
  }
  return reference;
}

/** Both programs send reminders of their own beside the conversation; they are stored nowhere. */
function isConversation(message: LoggedMessage): boolean {
  return message.role !== "system" && !/^\s*<system[_-]reminder>/u.test(message.text);
}

/** `role: text`, `call name`, `result`: enough to see that nothing is missing, added or out of order. */
export function spokenLines(request: LoggedRequest): string[] {
  const messages = request.conversation.filter(isConversation);
  return messages.flatMap((message, index) => {
    // Calls that ran side by side have ended in any order.
    if (message.role === "tool") return [];
    const calls = message.calls.map((call) => `call ${call.name}`);
    const answered = resultsAfter(messages, index);
    const results = message.calls.map((call) => `${answered.includes(call.id) ? "" : "no "}result of ${call.name}`);
    const surplus = answered.length - message.calls.length;
    const lines = [...calls, ...results, ...(surplus > 0 ? [`${surplus} results too many`] : [])];
    return message.text === "" ? lines : [`${message.role}: ${message.text}`, ...lines];
  });
}

/** The calls that the tool messages right behind a message answer. */
function resultsAfter(messages: readonly LoggedMessage[], index: number): string[] {
  const next = messages.findIndex((message, at) => at > index && message.role !== "tool");
  return messages.slice(index + 1, next < 0 ? undefined : next).map((message) => message.callId ?? "");
}
