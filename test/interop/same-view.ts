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
    for (const [key, value] of Object.entries(reference)) assertHolds(fields[key], value, `${where}.${key}`);
    return;
  }
  assert.deepEqual(actual, reference, where);
}

/** Lists and shows every session with both programs, compares, and answers the list. */
export async function assertSameView(ours: ProgramSide, crush: ProgramSide): Promise<ListedSession[]> {
  const reference = await crush.list();
  assertHolds(await ours.list(), reference, "session list");
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
  return request.conversation.filter(isConversation).flatMap((message) => {
    if (message.role === "tool") return [`result of ${callName(request, message.callId)}`];
    const calls = message.calls.map((call) => `call ${call.name}`);
    return message.text === "" ? calls : [`${message.role}: ${message.text}`, ...calls];
  });
}

function callName(request: LoggedRequest, callId: string | null): string {
  const call = request.conversation.flatMap((message) => message.calls).find((made) => made.id === callId);
  return call?.name ?? "nothing";
}
