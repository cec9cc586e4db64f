/**
 * The tables x_tombstone and x_wipe: what has been deleted and is not yet gone. A session with a tombstone is nobody's any
 * more: every list, search and write of ours passes it by, while removal-worker.ts takes its rows away.
 */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { isStray } from "./stray-sessions.ts";

/** For conditions of statements: `id not in ${buried}`. */
export const buried = "(select session_id from x_tombstone)";

/** Whether there is such a session; one that is being removed is none. */
export function isSessionThere(handle: Pick<ReadHandle, "get">, sessionId: SessionId): boolean {
  return handle.get(`select 1 from sessions where id = ? and id not in ${buried}`, [sessionId]) !== undefined;
}

/** The session and all below it at any depth, itself first; old title rows too. Those being removed are among them. */
export const subtree = `with recursive subtree(id) as (
  select id from sessions where id = ?
  union
  select s.id from sessions s join subtree t on s.parent_session_id = t.id where not ${isStray("s")}
)`;

export function listSubtree(handle: ReadHandle, sessionId: SessionId): SessionId[] {
  return handle.all(`${subtree} select id from subtree`, [sessionId]).map((row) => asSessionId(String(row["id"])));
}

/**
 * Hides a session with everything below it, for good, and takes it from the turns that run in it. Emits session-deleted for
 * each, parents first. Returns their ids: none where the session was gone.
 */
export function burySession(
  tx: WriteHandle,
  sessionId: SessionId,
  { isForgotten }: { readonly isForgotten: boolean },
): SessionId[] {
  const ids = listSubtree(tx, sessionId).filter((id) => isSessionThere(tx, id));
  for (const id of ids) {
    tx.run("insert into x_tombstone (session_id, is_forgotten, deleted_at_ms) values (?, ?, ?)", [
      id,
      isForgotten ? 1 : 0,
      tx.nowMs,
    ]);
    tx.run("delete from x_turn where session_id = ?", [id]);
  }
  for (const id of ids) tx.emit({ type: "session-deleted", sessionId: id });
  return ids;
}

export interface LeftToRemove {
  /** Hidden sessions, and copies that were given up, that still have rows. */
  readonly sessions: number;
  /** Sessions that are gone and of which the write-ahead log may still hold something. */
  readonly inLog: number;
}

export function leftToRemove(handle: ReadHandle): LeftToRemove {
  const row = handle.get(
    `select (select count(*) from x_tombstone) + (select count(*) from x_copy where owner_id = '') as sessions,
       (select count(*) from x_wipe) as in_log`,
  );
  return { sessions: Number(row?.["sessions"]), inLog: Number(row?.["in_log"]) };
}
