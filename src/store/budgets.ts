/** The table x_budget, and what has been spent against budgets. */
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, SqlRow, WriteHandle } from "./handle.ts";
import { storedNumber } from "./stored-values.ts";
import { buried } from "./tombstones.ts";

/** Undefined: the person gave the session none of its own. */
export function sessionLimit(
  handle: ReadHandle,
  sessionId: SessionId,
): { readonly limitUsd: number | null } | undefined {
  const row = handle.get("select limit_usd from x_budget where session_id = ?", [sessionId]);
  if (row === undefined) return undefined;
  const limit = row["limit_usd"];
  return { limitUsd: typeof limit === "number" && limit >= 0 ? limit : null };
}

/** False: the session is gone. */
export function setSessionLimit(tx: WriteHandle, sessionId: SessionId, limitUsd: number | null): boolean {
  const changed = tx.run(
    `insert into x_budget (session_id, limit_usd) select id, ? from sessions where id = ? and id not in ${buried}
     on conflict (session_id) do update set limit_usd = excluded.limit_usd`,
    [limitUsd, sessionId],
  );
  if (changed > 0) tx.emit({ type: "session-updated", sessionId });
  return changed > 0;
}

export interface Spent {
  /** US$ of the requests whose cost is known. */
  readonly spentUsd: number;
  /** Requests that consumed tokens at an unknown price. */
  readonly unknownCostRequests: number;
}

/** Of all sessions, deleted ones too: on the local day of the time (Unix milliseconds), or ever. */
export function spentInProject(handle: ReadHandle, dayOfMs: number | null): Spent {
  const row = handle.get(
    `select total(known_cost_usd) as spent, total(unknown_cost_requests) as unknown
     from x_daily_total where ? is null or day = strftime('%Y-%m-%d', ? / 1000, 'unixepoch', 'localtime')`,
    [dayOfMs, dayOfMs],
  );
  return decodeSpent(row);
}

function decodeSpent(row: SqlRow | undefined): Spent {
  return { spentUsd: storedNumber(row?.["spent"]), unknownCostRequests: storedNumber(row?.["unknown"]) };
}
