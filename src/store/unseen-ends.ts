/** The table x_unseen_end: how turns have ended at which nobody has looked since. */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { isTopLevel } from "./stray-sessions.ts";
import { buried } from "./tombstones.ts";

export interface UnseenEnd {
  readonly sessionId: SessionId;
  readonly title: string;
  readonly reason: "finished" | "failed";
}

/** Of top-level sessions that have not gone on since, the latest first. */
export function listUnseenEnds(handle: ReadHandle): readonly UnseenEnd[] {
  return handle
    .all(
      `select e.session_id, e.reason, s.title from x_unseen_end e
       join sessions s on s.id = e.session_id and s.message_count = e.message_count
       where ${isTopLevel("s")} and s.id not in ${buried} order by e.ended_at_ms desc`,
    )
    .map((row) => ({
      sessionId: asSessionId(String(row["session_id"])),
      title: String(row["title"]),
      reason: row["reason"] === "failed" ? "failed" : "finished",
    }));
}

export function hasUnseenEnd(handle: ReadHandle, sessionId: SessionId): boolean {
  return handle.get("select 1 from x_unseen_end where session_id = ?", [sessionId]) !== undefined;
}

/** Does nothing where the session is gone. */
export function putUnseenEnd(tx: WriteHandle, sessionId: SessionId, reason: UnseenEnd["reason"]): void {
  tx.run(
    `insert or replace into x_unseen_end (session_id, reason, message_count, ended_at_ms)
     select id, ?, message_count, ? from sessions where id = ? and id not in ${buried}`,
    [reason, tx.nowMs, sessionId],
  );
}

export function deleteUnseenEnd(tx: WriteHandle, sessionId: SessionId): void {
  tx.run("delete from x_unseen_end where session_id = ?", [sessionId]);
}
