/** What lists of sessions are made of, read in one pass each. */
import { isDeepStrictEqual } from "node:util";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, SqlRow } from "./handle.ts";
import { bareLine, decodeLine, factColumns, lineColumns, takeFacts } from "./session-line.ts";
import type { LineInTheMaking, SessionLine } from "./session-line.ts";
import { decodeSession, sessionColumns } from "./session-row.ts";
import { decodeSum, sumColumns } from "./session-sums.ts";
import type { ListedSum } from "./session-sums.ts";
import { isStray, isTopLevel } from "./stray-sessions.ts";
import { buried, subtree } from "./tombstones.ts";

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
  /** Lines read before, for all of them: what is the same is taken from here. */
  readonly known?: (sessionId: SessionId) => SessionLine | undefined;
}

type KnownLines = NonNullable<LineOptions["known"]>;

const nothingKnown: KnownLines = () => undefined;

/** Top-level sessions, the last changed or created first. */
export function listSessionLines(handle: ReadHandle, options: LineOptions = {}): SessionLine[] {
  const rule = `and id not in ${buried} ${archivedRules[options.archived ?? "shown"]}`;
  if (options.limit !== undefined) return newestLines(handle, rule, options.limit);
  return allLines(handle, rule, options.known ?? nothingKnown);
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
    .map(decodeLine);
}

/** The row that was known, where nothing has changed in it. */
function heldOr<Row extends object>(held: Row | undefined, row: Row): Row {
  return held !== undefined && isDeepStrictEqual(held, row) ? held : row;
}

/**
 * Joined and sorted here: for thousands of rows, SQLite takes twice as long. Rows are dropped as soon as they are
 * understood, and of `known` lines what is the same is taken again, so that reading them anew leaves no garbage that has
 * grown old.
 */
function allLines(handle: ReadHandle, rule: string, known: KnownLines): SessionLine[] {
  const lines = new Map<SqlRow[string] | undefined, LineInTheMaking>();
  const sessions = `select sessions.rowid as rowid, ${sessionColumns} from sessions
    where ${isTopLevel("sessions")} ${rule} order by rowid desc`;
  handle.each(sessions, (row) => {
    const decoded = decodeSession(row);
    const session = heldOr(known(decoded.id)?.session, decoded);
    lines.set(session.id, bareLine(row, session));
  });
  handle.each(`select x.session_id, ${factColumns} from x_session x`, (row) => {
    const line = lines.get(row["session_id"]);
    if (line !== undefined) takeFacts(line, row);
  });
  handle.each(`select z.session_id, ${sumColumns} from x_session_sum z`, (row) => {
    const line = lines.get(row["session_id"]);
    if (line === undefined) return;
    line.sum = heldOr(known(line.session.id)?.sum, decodeSum(row, line.session.messageCount));
  });
  return [...lines.values()].toSorted(
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
  return row === undefined ? null : decodeLine(row);
}

const lineSource = "sessions left join x_session x on x.session_id = id left join x_session_sum z on z.session_id = id";

/** The sessions below one, at any depth, oldest first, without the old title rows. */
export function listDescendantLines(handle: ReadHandle, id: SessionId): SessionLine[] {
  return handle
    .all(
      `${subtree} select ${lineColumns} from ${lineSource}
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
       where parent_session_id != '' and not ${isStray("sessions")} and id != 'title-' || parent_session_id and id not in ${buried}`,
    )
    .map((row) => ({
      id: asSessionId(String(row["id"])),
      parentId: asSessionId(String(row["parent_session_id"])),
      sum: decodeSum(row, Number(row["message_count"])),
    }));
}
