/** The table x_session_sum: what a list shows of each session, kept up in the transactions that change it. */
import type { SessionId } from "../schema/ids.ts";
import type { Role } from "../schema/message.ts";
import { totalTokens } from "../schema/usage.ts";
import type { UsageRecord } from "../schema/usage.ts";
import type { SqlRow, WriteHandle } from "./handle.ts";
import { storedNumber } from "./stored-values.ts";
import { isSessionThere } from "./tombstones.ts";

/** Beside each row of the ledger. */
export function addUsageToSum(tx: WriteHandle, { sessionId, usage, costUsd }: UsageRecord): void {
  const tokens = totalTokens(usage);
  tx.run(
    `insert into x_session_sum
       (session_id, requests, tokens, is_estimated, known_cost_usd, unknown_cost_requests)
     values (?, 1, ?, ?, ?, ?)
     on conflict (session_id) do update set
       requests = requests + 1,
       tokens = tokens + excluded.tokens,
       is_estimated = max(is_estimated, excluded.is_estimated),
       known_cost_usd = known_cost_usd + excluded.known_cost_usd,
       unknown_cost_requests = unknown_cost_requests + excluded.unknown_cost_requests`,
    [sessionId, tokens, usage.isEstimated ? 1 : 0, costUsd ?? 0, costUsd === null && tokens > 0 ? 1 : 0],
  );
}

interface ChangedMessage {
  readonly sessionId: SessionId;
  readonly role: Role;
}

/** Of `newest_at`: the rows are known not to stand in the order of their times. */
export const unorderedMark = -1;
/** The newest row's time is none, so that the order has to be looked at each time. */
export const undecidedMark = -2;

/** To be called after the row was added. Where rows of another program were not counted yet, nothing changes. */
export function addMessageToSum(
  tx: WriteHandle,
  { sessionId, role, createdAt }: ChangedMessage & { readonly createdAt: number },
): void {
  const shown = isShown(role) ? 1 : 0;
  tx.run(
    `insert into x_session_sum (session_id, counted_messages, shown_messages, newest_at)
     select id, 1, ?, ? from sessions where id = ? and message_count = 1
     on conflict (session_id) do update set
       counted_messages = 1, shown_messages = excluded.shown_messages, newest_at = excluded.newest_at`,
    [shown, createdAt, sessionId],
  );
  const isMoved = moveCount(tx, { sessionId, rows: 1, shown });
  if (!isMoved) return;
  tx.run(
    `update x_session_sum set newest_at = case when ? >= newest_at then ? else ${String(unorderedMark)} end
     where session_id = ? and newest_at >= 0`,
    [createdAt, createdAt, sessionId],
  );
}

/** To be called after the row was deleted. */
export function removeMessageFromSum(tx: WriteHandle, { sessionId, role }: ChangedMessage): void {
  moveCount(tx, { sessionId, rows: -1, shown: isShown(role) ? -1 : 0 });
  tx.run(
    `update x_session_sum set newest_at =
       (select created_at from messages where session_id = ? order by rowid desc limit 1)
     where session_id = ? and newest_at >= 0`,
    [sessionId, sessionId],
  );
}

function moveCount(
  tx: WriteHandle,
  { sessionId, rows, shown }: { readonly sessionId: SessionId; readonly rows: number; readonly shown: number },
): boolean {
  const changed = tx.run(
    `update x_session_sum set counted_messages = counted_messages + ?, shown_messages = shown_messages + ?
     where session_id = ?
       and counted_messages = (select message_count from sessions where id = x_session_sum.session_id) - ?`,
    [rows, shown, sessionId, rows],
  );
  return changed > 0;
}

function isShown(role: string): boolean {
  return role === "user" || role === "assistant";
}

export interface FileSum {
  readonly changed: number;
  readonly additions: number;
  readonly removals: number;
}

/** What a list shows of a session's own rows, its children's not among them. */
export interface ListedSum {
  /** Rows of the ledger; none: only Crush's columns say what was consumed. */
  readonly requests: number;
  readonly tokens: number;
  readonly isEstimated: boolean;
  readonly knownCostUsd: number;
  readonly unknownCostRequests: number;
  /** User and assistant rows; null where another program's were not counted yet. */
  readonly messageCount: number | null;
  readonly files: FileSum;
}

/** For a query that joins `sessions` and, from the left, `x_session_sum z`. */
export const sumColumns = `z.requests, z.tokens, z.is_estimated, z.known_cost_usd, z.unknown_cost_requests,
  z.counted_messages, z.shown_messages, z.changed_files, z.added_lines, z.removed_lines`;

/** The one mapper. `storedMessages` is Crush's count of all rows. */
export function decodeSum(row: SqlRow | undefined, storedMessages: number): ListedSum {
  if (row === undefined) return storedMessages === 0 ? sumOfEmpty : uncountedSum;
  return sumOf(row, storedMessages);
}

function sumOf(sum: SqlRow, storedMessages: number): ListedSum {
  return {
    requests: storedNumber(sum["requests"]),
    tokens: storedNumber(sum["tokens"]),
    isEstimated: sum["is_estimated"] === 1,
    knownCostUsd: storedNumber(sum["known_cost_usd"]),
    unknownCostRequests: storedNumber(sum["unknown_cost_requests"]),
    messageCount: Number(sum["counted_messages"] ?? 0) === storedMessages ? storedNumber(sum["shown_messages"]) : null,
    files: decodeFiles(sum),
  };
}

/** One for all of the thousands of sessions of a list. */
const noFiles: FileSum = { changed: 0, additions: 0, removals: 0 };

function decodeFiles(sum: SqlRow): FileSum {
  const changed = storedNumber(sum["changed_files"]);
  const additions = storedNumber(sum["added_lines"]);
  const removals = storedNumber(sum["removed_lines"]);
  return changed === 0 && additions === 0 && removals === 0 ? noFiles : { changed, additions, removals };
}

/** Each one for all sessions without a row. */
const sumOfEmpty = sumOf({}, 0);
const uncountedSum = sumOf({}, 1);

/** What was counted of a session, to be stored by `putCounts`. */
export interface SessionCounts {
  readonly sessionId: SessionId;
  readonly messages: { readonly rows: number; readonly shown: number; readonly newestAt: number | null } | null;
  readonly files: (FileSum & { readonly rows: number }) | null;
}

/** Keeps what was counted. False: the session is gone. */
export function putCounts(tx: WriteHandle, { sessionId, messages, files }: SessionCounts): boolean {
  if (!isSessionThere(tx, sessionId)) return false;
  tx.run("insert into x_session_sum (session_id) values (?) on conflict (session_id) do nothing", [sessionId]);
  if (messages !== null) {
    tx.run("update x_session_sum set counted_messages = ?, shown_messages = ?, newest_at = ? where session_id = ?", [
      messages.rows,
      messages.shown,
      messages.newestAt,
      sessionId,
    ]);
  }
  if (files !== null) {
    tx.run(
      `update x_session_sum set counted_files = ?, changed_files = ?, added_lines = ?, removed_lines = ?
       where session_id = ?`,
      [files.rows, files.changed, files.additions, files.removals, sessionId],
    );
  }
  return true;
}
