/**
 * What tells that rows have changed, without reading them: for who follows what other programs write. A mark differs when
 * the row does.
 */
import { crc32 } from "node:zlib";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { ReadHandle, SqlRow } from "./handle.ts";
import { storedMilliseconds } from "./stored-values.ts";
import { buried } from "./tombstones.ts";

export interface SessionMark {
  readonly id: SessionId;
  /** Unix seconds. */
  readonly updatedAt: number;
  /** A checksum: of thousands of sessions, texts would be held for good. */
  readonly mark: number;
}

const sessionMark = `id, updated_at, updated_at || ' ' || message_count || ' ' || prompt_tokens || ' ' || completion_tokens
  || ' ' || cost || ' ' || coalesce(summary_message_id, '') || ' ' || length(coalesce(todos, '')) || ' ' || title as mark`;

function decodeSessionMark(row: SqlRow): SessionMark {
  const mark = crc32(String(row["mark"]));
  return { id: asSessionId(String(row["id"])), updatedAt: Number(row["updated_at"]), mark };
}

/** Of all sessions, child sessions included: 10 ms for 10,000. */
export function listSessionMarks(handle: ReadHandle): readonly SessionMark[] {
  const marks: SessionMark[] = [];
  handle.each(`select ${sessionMark} from sessions where id not in ${buried}`, (row) => {
    marks.push(decodeSessionMark(row));
  });
  return marks;
}

/** Of the sessions that changed at this time or later: 1 ms where they are few among 10,000. */
export function listSessionMarksSince(handle: ReadHandle, updatedAt: number): readonly SessionMark[] {
  return handle
    .all(`select ${sessionMark} from sessions where updated_at >= ? and id not in ${buried}`, [updatedAt])
    .map(decodeSessionMark);
}

/** Differs whenever a session was added, deleted or changed later than in the same second. */
export function sumOfSessions(handle: ReadHandle): { readonly count: number; readonly updatedSum: number } {
  const row = handle.get(
    `select count(*) as count, total(updated_at) as updated_sum from sessions where id not in ${buried}`,
  );
  return { count: Number(row?.["count"]), updatedSum: Number(row?.["updated_sum"]) };
}

/** The sessions whose own facts (x_session) changed at this time or later. */
export function listChangedFacts(
  handle: ReadHandle,
  updatedAtMs: number,
): readonly { readonly sessionId: SessionId; readonly updatedAtMs: number }[] {
  return handle
    .all("select session_id, updated_at_ms from x_session where updated_at_ms >= ?", [updatedAtMs])
    .map((row) => ({
      sessionId: asSessionId(String(row["session_id"])),
      updatedAtMs: storedMilliseconds(row["updated_at_ms"]),
    }));
}

export function newestFactsMs(handle: ReadHandle): number {
  return storedMilliseconds(handle.get("select max(updated_at_ms) as newest from x_session")?.["newest"]);
}

export interface MessageMark {
  readonly id: MessageId;
  readonly mark: string;
}

const messageMark = `id, updated_at || ' ' || octet_length(parts) || ' ' || coalesce(finished_at, '') || ' ' || role as mark`;

function decodeMessageMark(row: SqlRow): MessageMark {
  return { id: asMessageId(String(row["id"])), mark: String(row["mark"]) };
}

/** Of the newest rows of a session, oldest first. */
export function listMessageMarks(handle: ReadHandle, sessionId: SessionId, limit: number): readonly MessageMark[] {
  return handle
    .all(`select ${messageMark} from messages where session_id = ? order by rowid desc limit ?`, [sessionId, limit])
    .map(decodeMessageMark)
    .toReversed();
}

export function messageMarkOf(handle: ReadHandle, id: MessageId): string | null {
  const row = handle.get(`select ${messageMark} from messages where id = ?`, [id]);
  return row === undefined ? null : decodeMessageMark(row).mark;
}

/** `Store.foreignVersion` of the state that is being read. */
export function foreignVersionOf(handle: ReadHandle): number {
  return Number(handle.get("pragma data_version")?.["data_version"]);
}
