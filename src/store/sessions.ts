/** The table sessions. Columns change one by one, by increments: another program may have the session open as well. */
import { unixSeconds } from "../lib/clock.ts";
import { asSessionId, newSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Session, Todo } from "../schema/session.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { decodeSession, encodeTodos, sessionColumns } from "./session-row.ts";
import { isStray, isTopLevel } from "./stray-sessions.ts";
import { buried, isSessionThere, listSubtree, subtree } from "./tombstones.ts";

export interface NewSession {
  /** Made up where absent; a sub-agent's is `<assistant message id>$$<tool call id>`. */
  readonly id?: SessionId;
  readonly title: string;
  readonly parentSessionId?: SessionId;
  /** Unix seconds, now where absent. The first message sets it to now in any case. */
  readonly updatedAt?: number;
}

/** Emits session-created. */
export function insertSession(tx: WriteHandle, session: NewSession): Session {
  const id = session.id ?? newSessionId();
  const now = unixSeconds(tx.nowMs);
  const updatedAt = session.updatedAt ?? now;
  tx.run("insert into sessions (id, parent_session_id, title, created_at, updated_at) values (?, ?, ?, ?, ?)", [
    id,
    session.parentSessionId ?? null,
    session.title,
    now,
    updatedAt,
  ]);
  tx.emit({ type: "session-created", sessionId: id });
  return {
    id,
    parentSessionId: session.parentSessionId ?? null,
    title: session.title,
    messageCount: 0,
    promptTokens: 0,
    completionTokens: 0,
    cost: 0,
    createdAt: now,
    updatedAt,
    summaryMessageId: null,
    todos: [],
  };
}

export function getSession(handle: ReadHandle, id: SessionId): Session | null {
  const row = handle.get(`select ${sessionColumns} from sessions where id = ? and id not in ${buried}`, [id]);
  return row === undefined ? null : decodeSession(row);
}

const isListed = `${isTopLevel("sessions")} and id not in ${buried}`;
/** Old files hold them; they are nobody's conversation. */
const isTitleRow = "(parent_session_id is not null and id = 'title-' || parent_session_id)";

/** Top-level sessions, the last changed or created first. */
export function listSessions(handle: ReadHandle, options: { readonly limit?: number } = {}): Session[] {
  return handle
    .all(
      `select ${sessionColumns} from sessions where ${isListed}
       order by max(updated_at, created_at) desc, created_at desc, rowid desc limit ?`,
      [options.limit ?? -1],
    )
    .map(decodeSession);
}

/** Top-level sessions in which nothing was said, the newest first. */
export function listSessionsWithoutMessages(handle: ReadHandle): Session[] {
  return handle
    .all(
      `select ${sessionColumns} from sessions where ${isListed} and message_count = 0
       order by created_at desc, rowid desc`,
    )
    .map(decodeSession);
}

/** The newest top-level session that has messages; null where there is none. */
export function lastSession(handle: ReadHandle): Session | null {
  const row = handle.get(
    `select ${sessionColumns} from sessions where ${isListed} and message_count > 0
     order by updated_at desc, created_at desc, rowid desc limit 1`,
  );
  return row === undefined ? null : decodeSession(row);
}

/** The direct children of a session, oldest first. */
export function listChildSessions(handle: ReadHandle, parentId: SessionId): Session[] {
  return handle
    .all(
      `select ${sessionColumns} from sessions where parent_session_id = ? and not ${isStray("sessions")} and not ${isTitleRow} and id not in ${buried}
       order by created_at, rowid`,
      [parentId],
    )
    .map(decodeSession);
}

/** Those of the ids that no session has. */
export function missingSessions(handle: ReadHandle, ids: readonly SessionId[]): SessionId[] {
  return ids.filter((id) => !isSessionThere(handle, id));
}

/** Whether a session, child or not, has exactly this title. */
export function isTitleInUse(handle: ReadHandle, title: string): boolean {
  return handle.get(`select 1 from sessions where title = ? and id not in ${buried} limit 1`, [title]) !== undefined;
}

/** Top-level sessions. */
export function countSessions(handle: ReadHandle): number {
  return Number(handle.get(`select count(*) as sessions from sessions where ${isListed}`)?.["sessions"]);
}

/**
 * A request's usage, as Crush's columns want it: the tokens are the last step's (a gauge), the cost adds up. Emits
 * session-updated. False: the session is gone.
 */
export function addSessionUsage(
  tx: WriteHandle,
  id: SessionId,
  usage: {
    /** Input with cache reads; absent: the gauge stays (a title's request). */
    readonly promptTokens?: number;
    readonly completionTokens?: number;
    /** US$ ≥ 0; 0 where unknown. */
    readonly costUsd: number;
  },
): boolean {
  const changed = tx.run(
    `update sessions set prompt_tokens = coalesce(?, prompt_tokens), completion_tokens = coalesce(?, completion_tokens),
       cost = cost + ? where id = ? and id not in ${buried}`,
    [usage.promptTokens ?? null, usage.completionTokens ?? null, usage.costUsd, id],
  );
  return announce(tx, id, changed);
}

/** Emits session-updated. False: the session is gone. */
export function setTodos(tx: WriteHandle, id: SessionId, todos: readonly Todo[]): boolean {
  return announce(
    tx,
    id,
    tx.run(`update sessions set todos = ? where id = ? and id not in ${buried}`, [encodeTodos(todos), id]),
  );
}

/** Requests start at this row from now on. Emits session-updated. False: the session is gone. */
export function setSummaryMessage(tx: WriteHandle, id: SessionId, messageId: MessageId): boolean {
  return announce(
    tx,
    id,
    tx.run(`update sessions set summary_message_id = ? where id = ? and id not in ${buried}`, [messageId, id]),
  );
}

function announce(tx: WriteHandle, id: SessionId, changedRows: number): boolean {
  if (changedRows > 0) tx.emit({ type: "session-updated", sessionId: id });
  return changedRows > 0;
}

/** The sessions below one, at any depth, without the old title rows. */
export function listDescendants(handle: ReadHandle, id: SessionId): Session[] {
  return handle
    .all(
      `${subtree} select ${sessionColumns} from sessions
       where id in (select id from subtree) and id != ? and not ${isTitleRow} and id not in ${buried}
       order by created_at, rowid`,
      [id, id],
    )
    .map(decodeSession);
}

/**
 * Deletes a session that holds nothing, with everything below it, at once (what holds something is buried: see
 * tombstones.ts). Emits session-deleted for each, parents first. Returns the ids that were deleted: none where the session
 * was gone.
 */
export function deleteSessionTree(tx: WriteHandle, id: SessionId): SessionId[] {
  const ids = listSubtree(tx, id);
  for (const each of ids) tx.run("delete from sessions where id = ?", [each]);
  for (const each of ids) tx.emit({ type: "session-deleted", sessionId: each });
  return ids;
}

/**
 * The sessions that a person may mean by `text`: the one whose id or hash it is, else all whose id or hash begins with it
 * (upper case or lower). `hashOf` is the short id's function of lib/short-id.ts.
 */
export function findSessionsByPrefix(handle: ReadHandle, text: string, hashOf: (id: string) => string): Session[] {
  const wanted = text.toLowerCase();
  if (wanted === "") return [];
  const ids = handle
    .all(`select id from sessions where not ${isTitleRow} and id not in ${buried}`)
    .map((row) => String(row["id"]));
  const mayBeHash = /^[0-9a-f]{1,16}$/u.test(wanted);
  const matches = ids.map((id) => {
    const names = mayBeHash ? [id.toLowerCase(), hashOf(id)] : [id.toLowerCase()];
    return { id, isExact: names.includes(wanted), isMatch: names.some((name) => name.startsWith(wanted)) };
  });
  const exact = matches.filter((match) => match.isExact);
  return (exact.length > 0 ? exact : matches.filter((match) => match.isMatch)).flatMap((match) => {
    const session = getSession(handle, asSessionId(match.id));
    return session === null ? [] : [session];
  });
}
