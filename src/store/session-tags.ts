/** The table x_session_tag. Tags are kept as they are given; who makes them keeps them comparable. */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { buried } from "./tombstones.ts";

/** Emits session-updated. False: the session had them all, or is gone. */
export function addTags(tx: WriteHandle, sessionId: SessionId, tags: readonly string[]): boolean {
  let added = 0;
  for (const tag of tags) {
    added += tx.run(
      `insert into x_session_tag (session_id, tag, created_at_ms) select id, ?, ? from sessions
       where id = ? and id not in ${buried} on conflict (session_id, tag) do nothing`,
      [tag, tx.nowMs, sessionId],
    );
  }
  if (added > 0) tx.emit({ type: "session-updated", sessionId });
  return added > 0;
}

/** Emits session-updated. False: the session had none of them. */
export function removeTags(tx: WriteHandle, sessionId: SessionId, tags: readonly string[]): boolean {
  let removed = 0;
  for (const tag of tags) {
    removed += tx.run("delete from x_session_tag where session_id = ? and tag = ?", [sessionId, tag]);
  }
  if (removed > 0) tx.emit({ type: "session-updated", sessionId });
  return removed > 0;
}

/** In the order of the alphabet. */
export function listTags(handle: ReadHandle, sessionId: SessionId): string[] {
  return handle
    .all("select tag from x_session_tag where session_id = ? order by tag", [sessionId])
    .map((row) => String(row["tag"]));
}

/** Of all sessions that have some, for lists. */
export function listAllTags(handle: ReadHandle): ReadonlyMap<SessionId, readonly string[]> {
  const tags = new Map<SessionId, string[]>();
  for (const row of handle.all("select session_id, tag from x_session_tag order by session_id, tag")) {
    const sessionId = asSessionId(String(row["session_id"]));
    const known = tags.get(sessionId);
    if (known === undefined) tags.set(sessionId, [String(row["tag"])]);
    else known.push(String(row["tag"]));
  }
  return tags;
}
