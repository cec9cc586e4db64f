/** The table messages: windows and lists of a session, always in display order (time, ties in rowid order). */
import { asMessageId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message, RequestMessage } from "../schema/message.ts";
import type { ReadHandle, SqlRow } from "./handle.ts";
import {
  decodeMessage,
  decodeRequestMessage,
  messageColumns,
  messageSource,
  requestColumns,
  requestSource,
} from "./message-row.ts";
import { messageTime, storedSeconds } from "./stored-values.ts";

export interface MessagePage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** `before` of the next older page; null at the session's beginning. Void once the store is closed. */
  readonly olderCursor: number | null;
}

/** The newest `limit` messages of a session, or those before the cursor of an earlier page. */
export function pageOfMessages(
  handle: ReadHandle,
  options: { readonly sessionId: SessionId; readonly limit: number; readonly before?: number },
): MessagePage {
  const rows = handle.messageOrder.isOrdered(handle, options.sessionId)
    ? rowsByRowid(handle, options)
    : rowsByTime(handle, options);
  const page = rows.slice(0, options.limit).toReversed();
  const oldest = page[0];
  return {
    messages: page.map(decodeMessage),
    olderCursor: rows.length > options.limit && oldest !== undefined ? Number(oldest["rowid"]) : null,
  };
}

const rowidMax = Number.MAX_SAFE_INTEGER;

/** One row more than asked for, newest first: it tells whether there are older ones. */
function rowsByRowid(
  handle: ReadHandle,
  options: { readonly sessionId: SessionId; readonly limit: number; readonly before?: number },
): SqlRow[] {
  return handle.all(
    `select ${messageColumns} from ${messageSource}
     where m.session_id = ? and m.rowid < ? order by m.rowid desc limit ?`,
    [options.sessionId, options.before ?? rowidMax, options.limit + 1],
  );
}

/** Where another program broke the order: sorted as Crush shows it. */
function rowsByTime(
  handle: ReadHandle,
  options: { readonly sessionId: SessionId; readonly limit: number; readonly before?: number },
): SqlRow[] {
  const rowids = handle
    .all(`select m.rowid from messages m where m.session_id = ? order by ${messageTime} desc, m.rowid desc`, [
      options.sessionId,
    ])
    .map((row) => Number(row["rowid"]));
  const start = options.before === undefined ? 0 : rowids.indexOf(options.before) + 1;
  return rowids.slice(start, start + options.limit + 1).flatMap((rowid) => {
    const row = handle.get(`select ${messageColumns} from ${messageSource} where m.rowid = ?`, [rowid]);
    return row === undefined ? [] : [row];
  });
}

/** What to order by, oldest first (up) or newest first: by rowid alone, nothing has to be sorted. */
function displayOrder(handle: ReadHandle, sessionId: SessionId): { readonly up: string; readonly down: string } {
  return handle.messageOrder.isOrdered(handle, sessionId)
    ? { up: "m.rowid", down: "m.rowid desc" }
    : { up: `${messageTime}, m.rowid`, down: `${messageTime} desc, m.rowid desc` };
}

/** All messages of a session, oldest first. */
export function listMessages(handle: ReadHandle, sessionId: SessionId): readonly Message[] {
  const { up } = displayOrder(handle, sessionId);
  return handle
    .all(`select ${messageColumns} from ${messageSource} where m.session_id = ? order by ${up}`, [sessionId])
    .map(decodeMessage);
}

/** A message without what it says. */
export interface MessageOutline {
  readonly id: MessageId;
  readonly role: string;
  readonly isSummary: boolean;
  /** Unix seconds; that of the row before it where its own is none. */
  readonly createdAt: number;
}

/** All messages of a session, oldest first. */
export function outlineMessages(handle: ReadHandle, sessionId: SessionId): MessageOutline[] {
  const { up } = displayOrder(handle, sessionId);
  let time = 0;
  return handle
    .all(
      `select m.id, m.role, m.is_summary_message, m.created_at from messages m where m.session_id = ? order by ${up}`,
      [sessionId],
    )
    .map((row) => {
      time = storedSeconds(row["created_at"]) ?? time;
      return {
        id: asMessageId(String(row["id"])),
        role: String(row["role"]),
        isSummary: row["is_summary_message"] === 1,
        createdAt: time,
      };
    });
}

/**
 * The messages that a request is built from, oldest first: from the session's summary row on, or all of them where there
 * is none (a summary that is gone counts as none). Read while they are asked for, so inside the callback only.
 */
export function messagesForRequest(handle: ReadHandle, sessionId: SessionId): Iterable<RequestMessage> {
  const summary = handle.get(
    `select m.rowid as rowid, m.id from sessions s join messages m on m.id = s.summary_message_id
     where s.id = ? and m.session_id = s.id`,
    [sessionId],
  );
  if (handle.messageOrder.isOrdered(handle, sessionId)) {
    return requestRowsFrom(handle, sessionId, Number(summary?.["rowid"] ?? -rowidMax));
  }
  if (summary === undefined) return listMessages(handle, sessionId);
  return messagesFrom(handle, sessionId, asMessageId(String(summary["id"])));
}

/**
 * Those that stand behind a row, as `messagesForRequest` reads them; null where that can't be told without reading all: the
 * row is gone, or the rows stand in no order.
 */
export function messagesForRequestAfter(
  handle: ReadHandle,
  sessionId: SessionId,
  messageId: MessageId,
): Iterable<RequestMessage> | null {
  const row = handle.get("select rowid from messages where id = ? and session_id = ?", [messageId, sessionId]);
  if (row === undefined || !handle.messageOrder.isOrdered(handle, sessionId)) return null;
  return requestRowsFrom(handle, sessionId, Number(row["rowid"]) + 1);
}

const chunkLimit = 256;

/** Some at a time: of what is read, most is void once its message is built, and holding on to it costs more than reading. */
function* requestRowsFrom(handle: ReadHandle, sessionId: SessionId, firstRowid: number): Generator<RequestMessage> {
  let rowid = firstRowid;
  for (;;) {
    const rows = handle.all(
      `select ${requestColumns} from ${requestSource} where m.session_id = ? and m.rowid >= ? order by m.rowid limit ?`,
      [sessionId, rowid, chunkLimit],
    );
    for (const row of rows) yield decodeRequestMessage(row);
    const next = Number(rows.at(-1)?.["rowid"]) + 1;
    // Beyond the numbers that are exact, where only another program's own numbering gets, there is no next chunk.
    if (rows.length < chunkLimit || !Number.isSafeInteger(next)) return;
    rowid = next;
  }
}

/** A row of the session and those after it, oldest first; none where the row is gone. */
export function messagesFrom(handle: ReadHandle, sessionId: SessionId, messageId: MessageId): readonly Message[] {
  const row = handle.get("select rowid from messages where id = ? and session_id = ?", [messageId, sessionId]);
  if (row === undefined) return [];
  if (!handle.messageOrder.isOrdered(handle, sessionId)) {
    const messages = listMessages(handle, sessionId);
    return messages.slice(messages.findIndex((message) => message.id === messageId));
  }
  return rowsFrom(handle, sessionId, Number(row["rowid"]));
}

/** At most `limit` rows around one, itself among them, oldest first; none where the row is gone. */
export function messagesAround(
  handle: ReadHandle,
  {
    sessionId,
    messageId,
    limit,
  }: { readonly sessionId: SessionId; readonly messageId: MessageId; readonly limit: number },
): readonly Message[] {
  const row = handle.get("select rowid from messages where id = ? and session_id = ?", [messageId, sessionId]);
  if (row === undefined) return [];
  const half = Math.ceil(limit / 2);
  if (!handle.messageOrder.isOrdered(handle, sessionId)) {
    const messages = listMessages(handle, sessionId);
    const place = messages.findIndex((message) => message.id === messageId);
    return messages.slice(Math.max(0, place - limit + half), place + half);
  }
  const side = (comparison: "<" | ">=", direction: "desc" | "asc", count: number): SqlRow[] =>
    handle.all(
      `select ${messageColumns} from ${messageSource}
       where m.session_id = ? and m.rowid ${comparison} ? order by m.rowid ${direction} limit ?`,
      [sessionId, Number(row["rowid"]), count],
    );
  return [...side("<", "desc", limit - half).toReversed(), ...side(">=", "asc", half)].map(decodeMessage);
}

function rowsFrom(handle: ReadHandle, sessionId: SessionId, rowid: number): readonly Message[] {
  return handle
    .all(`select ${messageColumns} from ${messageSource} where m.session_id = ? and m.rowid >= ? order by m.rowid`, [
      sessionId,
      rowid,
    ])
    .map(decodeMessage);
}

/** The ids of a row of the session and of those that were added after it, whatever their times; none where it is gone. */
export function listMessageIdsFrom(
  handle: ReadHandle,
  sessionId: SessionId,
  messageId: MessageId,
): readonly MessageId[] {
  return handle
    .all(
      `select id from messages where session_id = ? and rowid >= (select rowid from messages where id = ?) order by rowid`,
      [sessionId, messageId],
    )
    .map((row) => asMessageId(String(row["id"])));
}

/** The newest assistant row that is not a summary; null where there is none. */
export function lastAssistantMessage(handle: ReadHandle, sessionId: SessionId): Message | null {
  const { down } = displayOrder(handle, sessionId);
  const row = handle.get(
    `select ${messageColumns} from ${messageSource}
     where m.session_id = ? and m.role = 'assistant' and m.is_summary_message = 0 order by ${down} limit 1`,
    [sessionId],
  );
  return row === undefined ? null : decodeMessage(row);
}

/** Texts of the person's prompts in a session, newest first. */
export function userPrompts(handle: ReadHandle, sessionId: SessionId, limit: number): string[] {
  return handle
    .all(
      `select m.parts from messages m where m.session_id = ? and m.role = 'user'
       order by ${displayOrder(handle, sessionId).down} limit ?`,
      [sessionId, limit],
    )
    .flatMap((row) => decodeMessage({ ...row, role: "user" }).parts)
    .flatMap((part) => (part.type === "text" && part.text !== "" ? [part.text] : []));
}

/**
 * The prompts that began a turn. Commands of the person's own (`!command`) are rows of theirs too, and so is what was said to
 * a running turn, which stands behind the results of its calls; a turn that was canceled there counts with the next one.
 */
export function countTurns(handle: ReadHandle, sessionId: SessionId): number {
  // Inside a text the quotes would be escaped: only a part's own type can look like this.
  const row = handle.get(
    `select count(*) as turns from messages m
     where m.session_id = ? and m.role = 'user' and instr(m.parts, '"type":"shell_command"') = 0
       and coalesce((select o.role from messages o
         where o.session_id = m.session_id and o.rowid < m.rowid and o.role != 'user'
         order by o.rowid desc limit 1), '') != 'tool'`,
    [sessionId],
  );
  return Number(row?.["turns"] ?? 0);
}

/** The row that was added last, whatever its time; null where there is none. */
export function lastAddedMessageId(handle: ReadHandle, sessionId: SessionId): MessageId | null {
  const row = handle.get("select id from messages where session_id = ? order by rowid desc limit 1", [sessionId]);
  return row === undefined ? null : asMessageId(String(row["id"]));
}
