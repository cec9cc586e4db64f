import { asSessionId } from "../../schema/ids.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { ReadHandle } from "../handle.ts";
import { buried } from "../tombstones.ts";
import { likePattern } from "./like-pattern.ts";

interface PathRequest {
  readonly text: string;
  /** Null: all. */
  readonly sessions: ReadonlySet<SessionId> | null;
  /** Unix seconds, of the sessions. */
  readonly before: number | null;
  readonly after: number | null;
  readonly limit: number;
}

/** Of the sessions that changed last. */
export function pathsLike(
  handle: ReadHandle,
  { text, sessions, before, after, limit }: PathRequest,
): { readonly sessionId: SessionId; readonly path: string }[] {
  const pattern = likePattern(text);
  const isWanted = sessions === null ? "1" : "s.id in (select value from json_each(?))";
  return handle
    .all(
      `select h.session_id, h.path from
         (select f.session_id, f.path from (select distinct path from files where path like ? escape '\\') p
            join files f on f.path = p.path
          union
          select session_id, path from read_files where path like ? escape '\\') h
       join sessions s on s.id = h.session_id
       where ${isWanted} and s.id not in ${buried} and s.updated_at < ? and s.updated_at >= ?
       order by s.updated_at desc, s.rowid desc, h.path limit ?`,
      [
        pattern,
        pattern,
        ...(sessions === null ? [] : [JSON.stringify([...sessions])]),
        before ?? Number.MAX_SAFE_INTEGER,
        after ?? Number.MIN_SAFE_INTEGER,
        limit,
      ],
    )
    .map((row) => ({ sessionId: asSessionId(String(row["session_id"])), path: String(row["path"]) }));
}
