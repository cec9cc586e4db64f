import type { OwnStep } from "./own-step.ts";

/** A limit that a person gave a session; without a row the config's holds. Null: none, whatever config says. */
const budgets = `create table x_budget (
  session_id TEXT primary key not null references sessions (id) on delete cascade,
  limit_usd REAL
)`;

export const sessionBudgets: OwnStep = { version: 10, statements: [budgets] };
