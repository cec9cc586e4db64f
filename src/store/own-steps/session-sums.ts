import type { OwnStep } from "./own-step.ts";

/**
 * What a list shows of a session, so that nobody has to add it up over the whole database. The ledger's part is always
 * right (only ours writes there). The parts of messages and files hold as long as as many rows are there as were counted:
 * another program may have written since.
 */
const sums = `create table x_session_sum (
  session_id TEXT primary key not null references sessions (id) on delete cascade,
  requests INTEGER not null default 0,
  tokens INTEGER not null default 0,
  is_estimated INTEGER not null default 0,
  known_cost_usd REAL not null default 0.0,
  unknown_cost_requests INTEGER not null default 0,
  counted_messages INTEGER not null default 0,
  shown_messages INTEGER not null default 0,
  counted_files INTEGER not null default 0,
  changed_files INTEGER not null default 0,
  added_lines INTEGER not null default 0,
  removed_lines INTEGER not null default 0
)`;

const ledgerSoFar = `insert into x_session_sum
  (session_id, requests, tokens, is_estimated, known_cost_usd, unknown_cost_requests)
  select session_id, count(*), total(input_tokens + cache_read_tokens + cache_write_tokens + output_tokens),
    max(is_estimated), total(cost_usd),
    count(*) filter (where cost_usd is null
      and input_tokens + cache_read_tokens + cache_write_tokens + output_tokens > 0)
  from x_usage group by session_id`;

export const sessionSums: OwnStep = { version: 3, statements: [sums, ledgerSoFar] };
