/** The table x_usage, the ledger: one row a request, titles and failed tries included. Totals are summed by SQL only. */
import { asSessionId } from "../schema/ids.ts";
import type { PartlyKnownCost } from "../schema/cost.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import { noUsage } from "../schema/usage.ts";
import type { Usage, UsagePurpose, UsageRecord } from "../schema/usage.ts";
import { addToDailyTotals } from "./daily-totals.ts";
import type { ReadHandle, SqlRow, WriteHandle } from "./handle.ts";
import { addUsageToSum } from "./session-sums.ts";
import { storedNumber, storedMilliseconds } from "./stored-values.ts";
import { isStray, isTopLevel } from "./stray-sessions.ts";
import { buried } from "./tombstones.ts";

/** Emits usage-recorded. Returns false, and books nothing, where the session is gone. */
export function insertUsage(tx: WriteHandle, record: UsageRecord): boolean {
  const { usage } = record;
  const inserted = tx.run(
    `insert into x_usage (id, session_id, message_id, purpose, provider, model, input_tokens, cache_read_tokens,
       cache_write_tokens, cache_write_long_tokens, output_tokens, reasoning_tokens, is_estimated, cost_usd,
       is_provider_cost, started_at_ms, duration_ms, outcome)
     select ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from sessions where id = ?`,
    [
      record.id,
      record.messageId,
      record.purpose,
      record.provider,
      record.model,
      usage.inputTokens,
      usage.cacheReadTokens,
      usage.cacheWriteTokens,
      usage.cacheWriteLongTokens,
      usage.outputTokens,
      usage.reasoningTokens,
      usage.isEstimated ? 1 : 0,
      record.costUsd,
      record.isProviderCost ? 1 : 0,
      Math.round(record.startedAtMs),
      Math.round(record.durationMs),
      record.outcome,
      record.sessionId,
    ],
  );
  if (inserted === 0) return false;
  addUsageToSum(tx, record);
  addToDailyTotals(tx, record.id);
  tx.emit({ type: "usage-recorded", sessionId: asSessionId(record.sessionId), record });
  return true;
}

/** How many such requests of the session have been answered, how many have failed, and how the last of all ended. */
export function countOutcomes(
  handle: ReadHandle,
  sessionId: SessionId,
  purpose: UsagePurpose,
): { readonly answered: number; readonly failed: number; readonly last: string | null } {
  const row = handle.get(
    `select count(*) filter (where outcome = 'ok') as answered,
       count(*) filter (where outcome not in ('ok', 'canceled')) as failed,
       (select outcome from x_usage where session_id = ? and purpose = ?
        order by started_at_ms desc, rowid desc limit 1) as last
     from x_usage where session_id = ? and purpose = ?`,
    [sessionId, purpose, sessionId, purpose],
  );
  const last = row?.["last"];
  return {
    answered: Number(row?.["answered"]),
    failed: Number(row?.["failed"]),
    last: typeof last === "string" ? last : null,
  };
}

/** What some requests consumed together. */
export interface UsageSum extends PartlyKnownCost {
  readonly requests: number;
  readonly consumed: Usage;
  /** Time spent in the requests. */
  readonly durationMs: number;
}

export const emptySum: UsageSum = {
  requests: 0,
  consumed: noUsage,
  knownCostUsd: 0,
  unknownCostRequests: 0,
  durationMs: 0,
};

const sums = `count(*) as requests,
  total(u.input_tokens) as input_tokens,
  total(u.cache_read_tokens) as cache_read_tokens,
  total(u.cache_write_tokens) as cache_write_tokens,
  total(u.cache_write_long_tokens) as cache_write_long_tokens,
  total(u.output_tokens) as output_tokens,
  total(u.reasoning_tokens) as reasoning_tokens,
  coalesce(max(u.is_estimated), 0) as is_estimated,
  total(u.cost_usd) as known_cost_usd,
  count(*) filter (where u.cost_usd is null
    and u.input_tokens + u.cache_read_tokens + u.cache_write_tokens + u.output_tokens > 0) as unknown_cost_requests,
  total(u.duration_ms) as duration_ms`;

function decodeSum(row: SqlRow): UsageSum {
  return {
    requests: storedNumber(row["requests"]),
    consumed: decodeUsage(row),
    knownCostUsd: storedNumber(row["known_cost_usd"]),
    unknownCostRequests: storedNumber(row["unknown_cost_requests"]),
    durationMs: storedNumber(row["duration_ms"]),
  };
}

function decodeUsage(row: SqlRow): Usage {
  return {
    inputTokens: storedNumber(row["input_tokens"]),
    cacheReadTokens: storedNumber(row["cache_read_tokens"]),
    cacheWriteTokens: storedNumber(row["cache_write_tokens"]),
    cacheWriteLongTokens: storedNumber(row["cache_write_long_tokens"]),
    outputTokens: storedNumber(row["output_tokens"]),
    reasoningTokens: storedNumber(row["reasoning_tokens"]),
    isEstimated: row["is_estimated"] === 1,
  };
}

/** The requests of the session itself, its children's not among them. */
export function sumOfSession(handle: ReadHandle, sessionId: SessionId, purpose?: UsagePurpose): UsageSum {
  const row = handle.get(`select ${sums} from x_usage u where u.session_id = ? and (? is null or u.purpose = ?)`, [
    sessionId,
    purpose ?? null,
    purpose ?? null,
  ]);
  return row === undefined ? emptySum : decodeSum(row);
}

/** The requests of the session itself by purpose; purposes without requests are absent. */
export function sumsByPurpose(handle: ReadHandle, sessionId: SessionId): ReadonlyMap<UsagePurpose, UsageSum> {
  const rows = handle.all(`select u.purpose, ${sums} from x_usage u where u.session_id = ? group by u.purpose`, [
    sessionId,
  ]);
  return new Map(rows.map((row) => [decodePurpose(row), decodeSum(row)]));
}

const descendants = `with recursive descendants(id) as (
  select id from sessions where parent_session_id = ? and not ${isStray("sessions")}
  union
  select s.id from sessions s join descendants d on s.parent_session_id = d.id where not ${isStray("s")}
)`;

/** The requests of all sessions below one, whatever their purpose. */
export function sumOfChildren(handle: ReadHandle, sessionId: SessionId): UsageSum {
  const row = handle.get(
    `${descendants} select ${sums} from x_usage u where u.session_id in (select id from descendants)`,
    [sessionId],
  );
  return row === undefined ? emptySum : decodeSum(row);
}

export interface SessionSum {
  readonly sessionId: SessionId;
  readonly title: string;
  readonly sum: UsageSum;
}

/**
 * Each top-level session with its children's requests in its sum, the last changed first. Sessions without ledger rows are
 * there with an empty sum: `columnsAsUsage` has what Crush's columns say of them.
 */
export function sumsBySession(handle: ReadHandle): readonly SessionSum[] {
  const totals = new Map(
    handle
      .all(
        `with recursive roots(id, root) as (
           select id, id from sessions where ${isTopLevel("sessions")}
           union
           select s.id, r.root from sessions s join roots r on s.parent_session_id = r.id where not ${isStray("s")}
         )
         select r.root, ${sums} from x_usage u join roots r on r.id = u.session_id group by r.root`,
      )
      .map((row) => [row["root"], decodeSum(row)]),
  );
  return handle
    .all(
      `select id, title from sessions where ${isTopLevel("sessions")} and id not in ${buried}
       order by updated_at desc, created_at desc, rowid desc`,
    )
    .map((row) => ({
      sessionId: asSessionId(String(row["id"])),
      title: String(row["title"]),
      sum: totals.get(String(row["id"])) ?? emptySum,
    }));
}

export interface DaySum {
  /** `YYYY-MM-DD` in this machine's time zone. */
  readonly day: string;
  readonly sum: UsageSum;
}

const totalColumns = [
  "requests",
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "cache_write_long_tokens",
  "output_tokens",
  "reasoning_tokens",
  "known_cost_usd",
  "unknown_cost_requests",
  "duration_ms",
];
const totalSums = `${totalColumns.map((name) => `total(${name}) as ${name}`).join(", ")},
  max(estimated_requests > 0) as is_estimated`;

/** The newest day first; days without requests are absent. What deleted sessions consumed is in it. */
export function sumsByDay(handle: ReadHandle): readonly DaySum[] {
  return handle
    .all(`select day, ${totalSums} from x_daily_total group by day order by day desc`)
    .map((row) => ({ day: String(row["day"]), sum: decodeSum(row) }));
}

export interface ModelSum {
  readonly provider: string;
  readonly model: string;
  readonly sum: UsageSum;
}

/** The model with the most consumed tokens first. What deleted sessions consumed is in it. */
export function sumsByModel(handle: ReadHandle): readonly ModelSum[] {
  return handle
    .all(
      `select provider, model, ${totalSums} from x_daily_total group by provider, model
       order by total(input_tokens + cache_read_tokens + cache_write_tokens + output_tokens) desc, provider, model`,
    )
    .map((row) => ({ provider: String(row["provider"]), model: String(row["model"]), sum: decodeSum(row) }));
}

/** What sessions consumed that are gone: the totals without the ledger of those that are there. */
export function sumOfDeleted(handle: ReadHandle): UsageSum {
  const difference = totalColumns.map((name) => `coalesce(t.${name}, 0) - u.${name} as ${name}`).join(", ");
  const row = handle.get(
    `select ${difference}, coalesce(t.is_estimated, 0) as is_estimated from (select ${totalSums} from x_daily_total) t,
       (select ${sums} from x_usage u where u.session_id not in ${buried}) u`,
  );
  const sum = row === undefined ? emptySum : decodeSum(row);
  return sum.requests > 0 ? sum : emptySum;
}

const recordColumns = `u.id, u.session_id, u.message_id, u.purpose, u.provider, u.model, u.input_tokens,
  u.cache_read_tokens, u.cache_write_tokens, u.cache_write_long_tokens, u.output_tokens, u.reasoning_tokens,
  u.is_estimated, u.cost_usd, u.is_provider_cost, u.started_at_ms, u.duration_ms, u.outcome`;

/** The requests of the session itself, oldest first. */
export function listUsage(handle: ReadHandle, sessionId: SessionId): readonly UsageRecord[] {
  return handle
    .all(`select ${recordColumns} from x_usage u where u.session_id = ? order by u.started_at_ms, u.rowid`, [sessionId])
    .map(decodeRecord);
}

/** The newest request that succeeded, titles' not among them: what it held is the context. Null where there is none. */
export function lastUsage(handle: ReadHandle, sessionId: SessionId): UsageRecord | null {
  const row = handle.get(
    `select ${recordColumns} from x_usage u
     where u.session_id = ? and u.purpose != 'title' and u.outcome = 'ok'
     order by u.started_at_ms desc, u.rowid desc limit 1`,
    [sessionId],
  );
  return row === undefined ? null : decodeRecord(row);
}

/** What the request that made a message used; undefined where it has no row. */
export function usageOfMessage(handle: ReadHandle, sessionId: SessionId, messageId: MessageId): Usage | undefined {
  const row = handle.get(
    `select ${recordColumns} from x_usage u where u.session_id = ? and u.message_id = ? and u.outcome = 'ok'
     order by u.started_at_ms desc, u.rowid desc limit 1`,
    [sessionId, messageId],
  );
  return row === undefined ? undefined : decodeRecord(row).usage;
}

function decodeRecord(row: SqlRow): UsageRecord {
  return {
    id: String(row["id"]),
    sessionId: String(row["session_id"]),
    messageId: typeof row["message_id"] === "string" ? row["message_id"] : null,
    purpose: decodePurpose(row),
    provider: String(row["provider"]),
    model: String(row["model"]),
    usage: decodeUsage(row),
    costUsd: typeof row["cost_usd"] === "number" ? row["cost_usd"] : null,
    isProviderCost: row["is_provider_cost"] === 1,
    startedAtMs: storedMilliseconds(row["started_at_ms"]),
    durationMs: storedNumber(row["duration_ms"]),
    outcome: String(row["outcome"]),
  };
}

function decodePurpose(row: SqlRow): UsagePurpose {
  const purposes: readonly UsagePurpose[] = ["turn", "title", "summary", "child"];
  return purposes.find((purpose) => purpose === row["purpose"]) ?? "turn";
}

/**
 * What Crush's columns tell of a session without ledger rows: the last step's tokens (a gauge, far below what was
 * consumed, so always marked as estimated) and the cost, which adds up.
 */
export function columnsAsUsage(session: Session): PartlyKnownCost & { readonly consumed: Usage } {
  return {
    consumed: {
      ...noUsage,
      inputTokens: session.promptTokens,
      outputTokens: session.completionTokens,
      isEstimated: true,
    },
    knownCostUsd: session.cost,
    unknownCostRequests: 0,
  };
}
