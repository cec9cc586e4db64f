/** What lists of sessions are made of, read in one pass each. */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { ReadHandle, SqlRow } from "./handle.ts";
import { decodeSession, sessionColumns } from "./session-row.ts";
import { decodeSum, sumColumns } from "./session-sums.ts";
import type { ListedSum } from "./session-sums.ts";
import { isStray, isTopLevel } from "./stray-sessions.ts";
import { buried, subtree } from "./tombstones.ts";

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

const archivedIds = "(select session_id from x_session where archived_at_ms is not null)";
const archivedRules = {
  hidden: `and id not in ${archivedIds}`,
  shown: "",
  only: `and id in ${archivedIds}`,
} as const;

const newestFirst = "max(updated_at, created_at) desc, created_at desc, sessions.rowid desc";

interface LineOptions {
  readonly limit?: number;
  readonly archived?: keyof typeof archivedRules;
}

/** Top-level sessions, the last changed or created first. */
export function listSessionLines(handle: ReadHandle, options: LineOptions = {}): SessionLine[] {
  const rule = `and id not in ${buried} ${archivedRules[options.archived ?? "shown"]}`;
  return options.limit === undefined ? allLines(handle, rule) : newestLines(handle, rule, options.limit);
}

/**
 * The few that are wanted are chosen before anything is joined to them. Rows that were added last are met first: nearly all
 * others are then passed over without being sorted in. (The limit of -1 makes SQLite keep to that order.)
 */
function newestLines(handle: ReadHandle, rule: string, limit: number): SessionLine[] {
  return handle
    .all(
      `select ${lineColumns} from
         (select place from
            (select rowid as place, updated_at, created_at from sessions
             where ${isTopLevel("sessions")} ${rule} order by rowid desc limit -1)
          order by max(updated_at, created_at) desc, created_at desc, place desc limit ?) p
       join ${lineSource} where sessions.rowid = p.place order by ${newestFirst}`,
      [limit],
    )
    .map((row) => decodeLine(row, row, row));
}

/** Joined and sorted here: for thousands of rows, SQLite takes twice as long. */
function allLines(handle: ReadHandle, rule: string): SessionLine[] {
  const byId = (rows: readonly SqlRow[]): ReadonlyMap<SqlRow[string] | undefined, SqlRow> =>
    new Map(rows.map((row) => [row["session_id"], row]));
  const facts = byId(handle.all(`select x.session_id, ${factColumns} from x_session x`));
  const sums = byId(handle.all(`select z.session_id, ${sumColumns} from x_session_sum z`));
  return handle
    .all(
      `select sessions.rowid as rowid, ${sessionColumns} from sessions
       where ${isTopLevel("sessions")} ${rule} order by rowid desc`,
    )
    .map((row) => decodeLine(row, facts.get(row["id"]), sums.get(row["id"])))
    .toSorted(
      ({ session: left }, { session: right }) =>
        Math.max(right.updatedAt, right.createdAt) - Math.max(left.updatedAt, left.createdAt) ||
        right.createdAt - left.createdAt,
    );
}

/** Another number whenever another connection has committed, whatever it was. */
export function foreignVersion(handle: ReadHandle): number {
  return Number(handle.get("pragma data_version")?.["data_version"]);
}

/** Of one top-level session; null where there is none. */
export function getSessionLine(handle: ReadHandle, sessionId: SessionId): SessionLine | null {
  const row = handle.get(
    `select ${lineColumns} from ${lineSource} where id = ? and ${isTopLevel("sessions")} and id not in ${buried}`,
    [sessionId],
  );
  return row === undefined ? null : decodeLine(row, row, row);
}

const factColumns = "x.model, x.git_branch, x.pinned_at_ms, x.archived_at_ms, x.forked_from_session_id";
const lineColumns = `sessions.rowid as rowid, ${sessionColumns}, ${factColumns}, ${sumColumns}`;
const lineSource = "sessions left join x_session x on x.session_id = id left join x_session_sum z on z.session_id = id";

function decodeLine(row: SqlRow, facts: SqlRow | undefined, sum: SqlRow | undefined): SessionLine {
  const session = decodeSession(row);
  return {
    rowid: Number(row["rowid"]),
    session,
    model: textOf(facts?.["model"]),
    gitBranch: textOf(facts?.["git_branch"]),
    isPinned: isSet(facts?.["pinned_at_ms"]),
    isArchived: isSet(facts?.["archived_at_ms"]),
    isFork: isSet(facts?.["forked_from_session_id"]),
    sum: decodeSum(sum, session.messageCount),
  };
}

function textOf(value: SqlRow[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function isSet(value: SqlRow[string] | undefined): boolean {
  return value !== undefined && value !== null;
}

/** The sessions below one, at any depth, oldest first, without the old title rows. */
export function listDescendantLines(handle: ReadHandle, id: SessionId): SessionLine[] {
  return handle
    .all(
      `${subtree} select ${lineColumns} from ${lineSource}
       where id in (select id from subtree) and id not in ${buried} and id != 'title-' || parent_session_id and id != ?
       order by created_at, sessions.rowid`,
      [id, id],
    )
    .map((row) => decodeLine(row, row, row));
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
       where parent_session_id != '' and not ${isStray("sessions")} and id != 'title-' || parent_session_id and id not in ${buried}`,
    )
    .map((row) => ({
      id: asSessionId(String(row["id"])),
      parentId: asSessionId(String(row["parent_session_id"])),
      sum: decodeSum(row, Number(row["message_count"])),
    }));
}
