/** The table messages: single rows. Pages and lists are read by message-pages.ts. */
import { AppError } from "../lib/app-error.ts";
import { must } from "../lib/assert.ts";
import { unixSeconds } from "../lib/clock.ts";
import { newMessageId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message, Part, Role } from "../schema/message.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import { encodeParts } from "./encode-parts.ts";
import { putExactBlocks } from "./exact-blocks.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { decodeMessage, messageColumns, messageSource } from "./message-row.ts";
import { addMessageToSum, removeMessageFromSum } from "./session-sums.ts";
import { messageTime, storedSeconds } from "./stored-values.ts";
import { isSessionThere } from "./tombstones.ts";

export interface NewMessage {
  /** Made up where absent. */
  readonly id?: MessageId;
  readonly sessionId: SessionId;
  readonly role: Role;
  /** User and tool rows get their finish part (`stop`, 0) where it is missing. */
  readonly parts: readonly Part[];
  /** Ids; assistant rows only. */
  readonly model?: string;
  readonly provider?: string;
  readonly isSummary?: boolean;
  readonly exactBlocks?: readonly ModelBlock[] | null;
  /** Unix seconds, only for a row that belongs before others that another program has added since. */
  readonly createdAt?: number;
}

/**
 * Adds a row at the end of its session: its time is never before the last row's. Emits message-created. Throws AppError
 * session-not-found where the session is gone (deleted by another program).
 */
export function insertMessage(tx: WriteHandle, message: NewMessage): Message {
  const id = message.id ?? newMessageId();
  const parts = message.role === "assistant" ? message.parts : withStop(message.parts);
  const partsText = encodeParts(parts);
  const createdAt = message.createdAt ?? nextTime(tx, message.sessionId);
  tx.run(
    `insert into messages
       (id, session_id, role, parts, model, provider, created_at, updated_at, finished_at, is_summary_message)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      message.sessionId,
      message.role,
      partsText,
      message.model ?? "",
      message.provider ?? null,
      createdAt,
      createdAt,
      message.role === "assistant" ? finishTime(parts) : null,
      message.isSummary === true ? 1 : 0,
    ],
  );
  if (message.exactBlocks) putExactBlocks(tx, id, { blocks: message.exactBlocks, partsText });
  addMessageToSum(tx, { ...message, createdAt });
  const inserted = must(getMessage(tx, id), "the message that was inserted");
  tx.emit({ type: "message-created", sessionId: inserted.sessionId, message: inserted });
  return inserted;
}

function withStop(parts: readonly Part[]): readonly Part[] {
  return parts.at(-1)?.type === "finish" ? parts : [...parts, { type: "finish", reason: "stop", time: 0 }];
}

function finishTime(parts: readonly Part[]): number | null {
  const last = parts.at(-1);
  return last?.type === "finish" ? last.time : null;
}

/** Rows are shown in the order of their times, ties in that of their rowids: so time must not go back. */
function nextTime(tx: WriteHandle, sessionId: SessionId): number {
  const last = tx.messageOrder.isOrdered(tx, sessionId)
    ? tx.get("select created_at from messages where session_id = ? order by rowid desc limit 1", [sessionId])
    : undefined;
  const row =
    storedSeconds(last?.["created_at"]) === null
      ? tx.get(`select max(${messageTime}) as created_at from messages m where m.session_id = ?`, [sessionId])
      : last;
  if (!isSessionThere(tx, sessionId)) {
    throw new AppError("session-not-found", "The session is gone: it was deleted elsewhere.");
  }
  return Math.max(unixSeconds(tx.nowMs), storedSeconds(row?.["created_at"]) ?? 0);
}

export interface MessageChange {
  readonly parts: readonly Part[];
  readonly model?: string;
  readonly provider?: string;
  /** Absent: what there is stays (void where the parts differ from those that it refines); null: removed. */
  readonly exactBlocks?: readonly ModelBlock[] | null;
}

/**
 * Rewrites a row's parts; `finished_at` follows from the finish part of an assistant row. Emits message-updated. Returns
 * null, and does nothing, where the row is gone (deleted by another program).
 */
export function updateMessage(tx: WriteHandle, id: MessageId, change: MessageChange): Message | null {
  const partsText = encodeParts(change.parts);
  const changed = tx.run(
    `update messages
     set parts = ?, finished_at = case role when 'assistant' then ? end, model = coalesce(?, model),
       provider = coalesce(?, provider)
     where id = ?`,
    [partsText, finishTime(change.parts), change.model ?? null, change.provider ?? null, id],
  );
  if (changed === 0) return null;
  if (change.exactBlocks !== undefined) putExactBlocks(tx, id, { blocks: change.exactBlocks, partsText });
  const message = must(getMessage(tx, id), "the message that was updated");
  tx.emit({ type: "message-updated", sessionId: message.sessionId, message });
  return message;
}

/**
 * Puts on disk what has streamed so far. Tells nobody: who watches in this process has it already, and newer. False where
 * the row is gone.
 */
export function saveStreamedParts(tx: WriteHandle, id: MessageId, parts: readonly Part[]): boolean {
  return tx.run("update messages set parts = ? where id = ?", [encodeParts(parts), id]) > 0;
}

/** Emits message-deleted. Returns false where the row was gone already. */
export function deleteMessage(tx: WriteHandle, id: MessageId): boolean {
  const message = getMessage(tx, id);
  if (message === null) return false;
  tx.run("delete from messages where id = ?", [id]);
  removeMessageFromSum(tx, message);
  tx.emit({ type: "message-deleted", sessionId: message.sessionId, messageId: id });
  return true;
}

export function getMessage(handle: ReadHandle, id: MessageId): Message | null {
  const row = handle.get(`select ${messageColumns} from ${messageSource} where m.id = ?`, [id]);
  return row === undefined ? null : decodeMessage(row);
}
