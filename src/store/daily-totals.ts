/** The table x_daily_total: what was consumed by day and model, whatever became of the sessions. */
import type { Connection } from "./sqlite.ts";

const numbers = [
  "requests",
  "estimated_requests",
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

/** A row of the ledger as its share of a total. The day is this machine's when it is booked. */
const share = `select strftime('%Y-%m-%d', started_at_ms / 1000, 'unixepoch', 'localtime') as day, provider, model,
    1 as requests, is_estimated as estimated_requests, input_tokens, cache_read_tokens, cache_write_tokens,
    cache_write_long_tokens, output_tokens, reasoning_tokens, coalesce(cost_usd, 0.0) as known_cost_usd,
    cost_usd is null and input_tokens + cache_read_tokens + cache_write_tokens + output_tokens > 0
      as unknown_cost_requests,
    duration_ms
  from x_usage`;

const add = `insert into x_daily_total (day, provider, model, ${numbers.join(", ")}) ${share} where id = ?
  on conflict (day, provider, model) do update set ${numbers.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}`;

/** Costs are real numbers: what is left of a difference of equal ones is no cost. */
const subtract = `update x_daily_total set ${numbers.map((name) => `${name} = max(0, x_daily_total.${name} - u.${name})`).join(", ")}
  from (${share} where rowid = ?) u
  where x_daily_total.day = u.day and x_daily_total.provider = u.provider and x_daily_total.model = u.model`;

/** In the transaction that adds the row to the ledger. */
export function addToDailyTotals(tx: Pick<Connection, "run">, usageId: string): void {
  tx.run(add, [usageId]);
}

/** In the transaction that takes the row out of the ledger, where what it consumed is to be forgotten as well. */
export function takeFromDailyTotals(tx: Pick<Connection, "run">, usageRowid: number): void {
  tx.run(subtract, [usageRowid]);
  tx.run("delete from x_daily_total where requests = 0");
}
