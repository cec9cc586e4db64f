/** What lists of sessions are made of, read in one pass each. */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { ReadHandle, SqlRow } from "./handle.ts";
import { decodeSession, sessionColumns } from "./session-row.ts";
import { decodeSum, sumColumns } from "./session-sums.ts";
import type { ListedSum } from "./session-sums.ts";
import { buried } from "./tombstones.ts";

export interface SessionLine {
  /** Orders sessions of one second. Void once the store is closed. */
  readonly rowid: number;
  readonly session: Session;
  readonly model: string | null;
  readonly gitBranch: string | null;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  readonly isFork: boolean;
  readonly sum: ListedSum;
}

const archivedRules = {
  hidden: "and x.archived_at_ms is null",
  shown: "",
  only: "and x.archived_at_ms is not null",
} as const;

/** Top-level sessions, the last changed or created first. */
export function listSessionLines(
  handle: ReadHandle,
  options: { readonly limit?: number; readonly archived?: keyof typeof archivedRules } = {},
): SessionLine[] {
  return handle
    .all(
      `select ${lineColumns} from ${lineSource}
       where coalesce(parent_session_id, '') = '' and id not in ${buried}
         ${archivedRules[options.archived ?? "shown"]}
       order by max(updated_at, created_at) desc, created_at desc, sessions.rowid desc limit ?`,
      [options.limit ?? -1],
    )
    .map(decodeLine);
}

/** Another number whenever another connection has committed, whatever it was. */
export function foreignVersion(handle: ReadHandle): number {
  return Number(handle.get("pragma data_version")?.["data_version"]);
}

/** Of one top-level session; null where there is none. */
export function getSessionLine(handle: ReadHandle, sessionId: SessionId): SessionLine | null {
  const row = handle.get(
    `select ${lineColumns} from ${lineSource} where id = ? and coalesce(parent_session_id, '') = '' and id not in ${buried}`,
    [sessionId],
  );
  return row === undefined ? null : decodeLine(row);
}

const lineColumns = `sessions.rowid as rowid, ${sessionColumns}, x.model, x.git_branch, x.pinned_at_ms, x.archived_at_ms,
  x.forked_from_session_id, ${sumColumns}`;
const lineSource = "sessions left join x_session x on x.session_id = id left join x_session_sum z on z.session_id = id";

function decodeLine(row: SqlRow): SessionLine {
  const session = decodeSession(row);
  return {
    rowid: Number(row["rowid"]),
    session,
    model: typeof row["model"] === "string" ? row["model"] : null,
    gitBranch: typeof row["git_branch"] === "string" ? row["git_branch"] : null,
    isPinned: row["pinned_at_ms"] !== null,
    isArchived: row["archived_at_ms"] !== null,
    isFork: row["forked_from_session_id"] !== null,
    sum: decodeSum(row, session.messageCount),
  };
}

/** The sessions below one, at any depth, oldest first, without the old title rows. */
export function listDescendantLines(handle: ReadHandle, id: SessionId): SessionLine[] {
  return handle
    .all(
      `with recursive subtree(id) as (
         select id from sessions where parent_session_id = ?
         union
         select s.id from sessions s join subtree t on s.parent_session_id = t.id
       )
       select ${lineColumns} from ${lineSource}
       where id in (select id from subtree) and id not in ${buried} and id != 'title-' || parent_session_id and id != ?
       order by created_at, sessions.rowid`,
      [id, id],
    )
    .map(decodeLine);
}

export interface ChildLine {
  readonly id: SessionId;
  readonly parentId: SessionId;
  readonly sum: ListedSum;
}

/** All sessions that have a parent, without the old title rows. */
export function listChildLines(handle: ReadHandle): ChildLine[] {
  return handle
    .all(
      `select id, parent_session_id, message_count, ${sumColumns} from sessions
       left join x_session_sum z on z.session_id = id
       where parent_session_id != '' and id != 'title-' || parent_session_id and id not in ${buried}`,
    )
    .map((row) => ({
      id: asSessionId(String(row["id"])),
      parentId: asSessionId(String(row["parent_session_id"])),
      sum: decodeSum(row, Number(row["message_count"])),
    }));
}
