/** Finds the sums of sessions that are void and counts them again. Apart from session-sums.ts: it loads the line diff. */
import { countLineChanges } from "../lib/line-diff.ts";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import { changedFiles, listUnkeptChanges } from "./files.ts";
import type { ReadHandle } from "./handle.ts";
import { CheckedMessageOrder } from "./message-order.ts";
import { undecidedMark, unorderedMark } from "./session-sums.ts";
import type { SessionCounts } from "./session-sums.ts";
import { storedSeconds } from "./stored-values.ts";
import { buried } from "./tombstones.ts";

/** Of file versions and marks: whenever there are more or fewer than were counted, the sum is void. */
const fileRows = `(select session_id, sum(rows) as rows from (
    select session_id, count(*) as rows from files group by session_id
    union all
    select session_id, count(*) from x_file_mark group by session_id
  ) group by session_id)`;

/** Also where nobody has looked at the order of the rows. */
const areMessagesStale = `(s.message_count != coalesce(z.counted_messages, 0)
  or s.message_count > 0 and z.newest_at is null)`;

export interface StaleSum {
  readonly sessionId: SessionId;
  readonly messages: boolean;
  readonly files: boolean;
}

/** The sessions of which rows were added or removed that were not counted, the last changed first. */
export function listStaleSums(handle: ReadHandle): readonly StaleSum[] {
  return handle
    .all(
      `select s.id, ${areMessagesStale} as messages,
         coalesce(f.rows, 0) != coalesce(z.counted_files, 0) as files
       from sessions s left join x_session_sum z on z.session_id = s.id left join ${fileRows} f on f.session_id = s.id
       where s.id not in ${buried} and (${areMessagesStale} or coalesce(f.rows, 0) != coalesce(z.counted_files, 0))
       order by s.updated_at desc`,
    )
    .map((row) => ({
      sessionId: asSessionId(String(row["id"])),
      messages: row["messages"] === 1,
      files: row["files"] === 1,
    }));
}

/** Reads all that is void: rows of messages by their role, contents of files. May take long; not for a thread that draws. */
export function countSession(handle: ReadHandle, stale: StaleSum): SessionCounts {
  return {
    sessionId: stale.sessionId,
    messages: stale.messages ? countMessageRows(handle, stale.sessionId) : null,
    files: stale.files ? countFiles(handle, stale.sessionId) : null,
  };
}

function countMessageRows(handle: ReadHandle, sessionId: SessionId): NonNullable<SessionCounts["messages"]> {
  const row = handle.get(
    `select count(*) as rows, count(*) filter (where role in ('user', 'assistant')) as shown
     from messages where session_id = ?`,
    [sessionId],
  );
  return { rows: Number(row?.["rows"]), shown: Number(row?.["shown"]), newestAt: newestTime(handle, sessionId) };
}

/** As `newest_at` has it. */
function newestTime(handle: ReadHandle, sessionId: SessionId): number {
  if (!new CheckedMessageOrder().look(handle, sessionId)) return unorderedMark;
  const row = handle.get("select created_at from messages where session_id = ? order by rowid desc limit 1", [
    sessionId,
  ]);
  return storedSeconds(row?.["created_at"]) ?? undecidedMark;
}

function countFiles(handle: ReadHandle, sessionId: SessionId): NonNullable<SessionCounts["files"]> {
  const changes = changedFiles(handle, sessionId);
  const known = new Set(changes.map((change) => change.path));
  const unkept = listUnkeptChanges(handle, sessionId).filter((file) => !known.has(file.path));
  const lines = changes.map((change) => countLineChanges(change.before ?? "", change.after ?? ""));
  const rows = handle.get(
    `select (select count(*) from files where session_id = ?) + (select count(*) from x_file_mark where session_id = ?)
       as rows`,
    [sessionId, sessionId],
  );
  return {
    rows: Number(rows?.["rows"]),
    changed: changes.length + unkept.length,
    additions: lines.reduce((sum, each) => sum + each.additions, 0),
    removals: lines.reduce((sum, each) => sum + each.removals, 0),
  };
}
