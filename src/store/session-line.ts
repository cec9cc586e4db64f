/** What a list shows of one session, made of a row of `sessions` and of our two tables beside it. */
import type { Session } from "../schema/session.ts";
import type { SqlRow } from "./handle.ts";
import { decodeSession, sessionColumns } from "./session-row.ts";
import { decodeSum, sumColumns } from "./session-sums.ts";
import type { ListedSum } from "./session-sums.ts";

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

/** For a query that joins x_session x. */
export const factColumns = "x.model, x.git_branch, x.pinned_at_ms, x.archived_at_ms, x.forked_from_session_id";
/** Where x_session_sum z is joined as well. */
export const lineColumns = `sessions.rowid as rowid, ${sessionColumns}, ${factColumns}, ${sumColumns}`;

export function decodeLine(row: SqlRow): SessionLine {
  const line = bareLine(row);
  takeFacts(line, row);
  line.sum = decodeSum(row, line.session.messageCount);
  return line;
}

export type LineInTheMaking = { -readonly [Name in keyof SessionLine]: SessionLine[Name] };

/** As of a session that only Crush has touched. */
export function bareLine(row: SqlRow, session = decodeSession(row)): LineInTheMaking {
  return {
    rowid: Number(row["rowid"]),
    session,
    model: null,
    gitBranch: null,
    isPinned: false,
    isArchived: false,
    isFork: false,
    sum: decodeSum(undefined, session.messageCount),
  };
}

export function takeFacts(line: LineInTheMaking, row: SqlRow): void {
  line.model = textOf(row["model"]);
  line.gitBranch = textOf(row["git_branch"]);
  line.isPinned = isSet(row["pinned_at_ms"]);
  line.isArchived = isSet(row["archived_at_ms"]);
  line.isFork = isSet(row["forked_from_session_id"]);
}

/** Thousands of sessions have few models and branches: each text is held once. */
const heldTexts = new Map<string, string>();
const heldTextsMax = 1_000;

function textOf(value: SqlRow[string] | undefined): string | null {
  if (typeof value !== "string") return null;
  const held = heldTexts.get(value);
  if (held !== undefined) return held;
  if (heldTexts.size >= heldTextsMax) heldTexts.clear();
  heldTexts.set(value, value);
  return value;
}

function isSet(value: SqlRow[string] | undefined): boolean {
  return value !== undefined && value !== null;
}
