import { asMessageId, asSessionId } from "../../src/schema/ids.ts";
import type { Message, Part, Role } from "../../src/schema/message.ts";

/** A stored message of the session `session`. */
export function sampleMessage(id: string, role: Role, parts: readonly Part[]): Message {
  return {
    id: asMessageId(id),
    sessionId: asSessionId("session"),
    role,
    parts,
    model: "",
    provider: null,
    createdAt: 1,
    updatedAt: 1,
    finishedAt: 1,
    isSummary: false,
    exactBlocks: null,
    unreadable: null,
  };
}
