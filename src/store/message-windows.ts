/** The table messages: a window of a session anywhere in it, besides the pages from its end (message-pages.ts). */
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { ReadHandle, SqlRow } from "./handle.ts";
import { decodeMessage, messageColumns, messageSource } from "./message-row.ts";

/** Where a window lies: right before or after a message, around it, or at the session's beginning. */
export type WindowPlace =
  | { readonly before: MessageId }
  | { readonly after: MessageId }
  | { readonly around: MessageId }
  | "beginning";

export interface MessageWindow {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** At most `limit` messages there; null where the message that the place names is gone. */
export function windowOfMessages(
  handle: ReadHandle,
  { sessionId, limit, place }: { readonly sessionId: SessionId; readonly limit: number; readonly place: WindowPlace },
): MessageWindow | null {
  const source = handle.messageOrder.isOrdered(handle, sessionId)
    ? rowidSource(handle, sessionId)
    : timeSource(handle, sessionId);
  if (place === "beginning") return newerWindow(source, null, limit);
  const [id] = Object.values(place) as [MessageId];
  const at = source.find(id);
  if (at === null) return null;
  if ("before" in place) return olderWindow(source, at, limit);
  if ("after" in place) return newerWindow(source, at, limit);
  const half = Math.ceil(limit / 2);
  const older = olderWindow(source, at, half);
  const anchor = source.newer(at - 1, 1);
  const newer = newerWindow(source, at, half);
  return {
    messages: [...older.messages, ...anchor.map(decodeMessage), ...newer.messages],
    hasOlder: older.hasOlder,
    hasNewer: newer.hasNewer,
  };
}

/** Rows by their places, which grow with the display order. */
interface RowSource {
  find(messageId: MessageId): number | null;
  /** Those after the place (null: from the beginning), the nearest first. */
  newer(place: number | null, limit: number): SqlRow[];
  older(place: number, limit: number): SqlRow[];
}

function olderWindow(source: RowSource, place: number, limit: number): MessageWindow {
  const rows = source.older(place, limit + 1);
  return {
    messages: rows.slice(0, limit).toReversed().map(decodeMessage),
    hasOlder: rows.length > limit,
    hasNewer: true,
  };
}

function newerWindow(source: RowSource, place: number | null, limit: number): MessageWindow {
  const rows = source.newer(place, limit + 1);
  return {
    messages: rows.slice(0, limit).map(decodeMessage),
    hasOlder: place !== null,
    hasNewer: rows.length > limit,
  };
}

function rowidSource(handle: ReadHandle, sessionId: SessionId): RowSource {
  return {
    find: (messageId) => {
      const row = handle.get("select rowid from messages where id = ? and session_id = ?", [messageId, sessionId]);
      return row === undefined ? null : Number(row["rowid"]);
    },
    newer: (place, limit) =>
      handle.all(
        `select ${messageColumns} from ${messageSource}
         where m.session_id = ? and m.rowid > ? order by m.rowid limit ?`,
        [sessionId, place ?? -1, limit],
      ),
    older: (place, limit) =>
      handle.all(
        `select ${messageColumns} from ${messageSource}
         where m.session_id = ? and m.rowid < ? order by m.rowid desc limit ?`,
        [sessionId, place, limit],
      ),
  };
}

/** Where another program broke the order: places are those in the sorted list. */
function timeSource(handle: ReadHandle, sessionId: SessionId): RowSource {
  const ids = handle
    .all("select id from messages where session_id = ? order by created_at, rowid", [sessionId])
    .map((row) => String(row["id"]));
  const rowsOf = (some: readonly string[]): SqlRow[] =>
    some.flatMap((id) => handle.all(`select ${messageColumns} from ${messageSource} where m.id = ?`, [id]));
  return {
    find: (messageId) => {
      const place = ids.indexOf(messageId);
      return place < 0 ? null : place;
    },
    newer: (place, limit) => rowsOf(ids.slice((place ?? -1) + 1, (place ?? -1) + 1 + limit)),
    older: (place, limit) => rowsOf(ids.slice(Math.max(0, place - limit), place).toReversed()),
  };
}
