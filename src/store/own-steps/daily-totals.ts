import type { OwnStep } from "./own-step.ts";

/**
 * What all sessions consumed by day and model: no text, no id, and no foreign key, so that it stays true when a session is
 * deleted, by whichever program.
 */
const totals = `create table x_daily_total (
  day TEXT not null,
  provider TEXT not null,
  model TEXT not null,
  requests INTEGER not null,
  estimated_requests INTEGER not null,
  input_tokens INTEGER not null,
  cache_read_tokens INTEGER not null,
  cache_write_tokens INTEGER not null,
  cache_write_long_tokens INTEGER not null,
  output_tokens INTEGER not null,
  reasoning_tokens INTEGER not null,
  known_cost_usd REAL not null,
  unknown_cost_requests INTEGER not null,
  duration_ms INTEGER not null,
  primary key (day, provider, model)
)`;

const ledgerSoFar = `insert into x_daily_total
  select strftime('%Y-%m-%d', started_at_ms / 1000, 'unixepoch', 'localtime') as day, provider, model, count(*),
    total(is_estimated), total(input_tokens), total(cache_read_tokens), total(cache_write_tokens), total(cache_write_long_tokens),
    total(output_tokens), total(reasoning_tokens), total(cost_usd),
    count(*) filter (where cost_usd is null
      and input_tokens + cache_read_tokens + cache_write_tokens + output_tokens > 0),
    total(duration_ms)
  from x_usage group by day, provider, model`;

export const dailyTotals: OwnStep = { version: 7, statements: [totals, ledgerSoFar] };
