import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { Message, RequestMessage, Role } from "../schema/message.ts";
import { decodeExactBlocks } from "./exact-blocks.ts";
import { decodeParts } from "./decode-parts.ts";
import type { SqlRow, SqlValue } from "./handle.ts";
import { storedSeconds, storedText } from "./stored-values.ts";

/** What a query of messages selects, `m` being messages and `x` the x_message row joined to it. */
export const messageColumns = `m.rowid as rowid, m.id, m.session_id, m.role, m.parts, m.model, m.provider, m.created_at,
  m.updated_at, m.finished_at, m.is_summary_message, x.parts_hash, x.blocks`;

export const messageSource = "messages m left join x_message x on x.message_id = m.id";

/** The same of what a request is built from: only what a model said has exact blocks. */
export const requestColumns = `m.rowid as rowid, m.id, m.role, m.parts, m.model, m.provider, m.is_summary_message,
  x.parts_hash, x.blocks`;

export const requestSource = "messages m left join x_message x on m.role = 'assistant' and x.message_id = m.id";

/** The one mapper of message rows. Never throws: a row that makes no sense says so in `unreadable`. */
export function decodeMessage(row: SqlRow): Message {
  return {
    ...decodeRequestMessage(row),
    sessionId: asSessionId(storedText(row["session_id"])),
    createdAt: storedSeconds(row["created_at"]) ?? 0,
    updatedAt: storedSeconds(row["updated_at"]) ?? 0,
    finishedAt: storedSeconds(row["finished_at"]),
  };
}

/** What it makes of `requestColumns`. */
export function decodeRequestMessage(row: SqlRow): RequestMessage {
  const partsText = storedText(row["parts"]);
  const provider = storedText(row["provider"]);
  const decoded = decodeParts(partsText);
  const role = roleOf(row["role"]);
  const problem =
    role === null ? `its role is "${storedText(row["role"])}"` : decoded.kind === "unreadable" ? decoded.reason : null;
  return {
    id: asMessageId(storedText(row["id"])),
    role: role ?? "assistant",
    parts: problem === null && decoded.kind === "parts" ? decoded.parts : [],
    model: storedText(row["model"]),
    provider: provider === "" ? null : provider,
    isSummary: row["is_summary_message"] === 1,
    exactBlocks: decodeExactBlocks({ partsText, partsHash: row["parts_hash"], blocks: row["blocks"] }),
    unreadable: problem,
  };
}

function roleOf(value: SqlValue | undefined): Role | null {
  return value === "user" || value === "assistant" || value === "tool" ? value : null;
}
