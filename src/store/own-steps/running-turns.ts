import type { OwnStep } from "./own-step.ts";

/** The turns that run. AUTOINCREMENT: a fencing number never comes again, also when its row is gone. */
const turns = `create table x_turn (
  fence INTEGER primary key autoincrement not null,
  session_id TEXT not null unique references sessions (id) on delete cascade,
  owner_id TEXT not null,
  owner_name TEXT not null,
  phase TEXT not null,
  message_id TEXT,
  started_at_ms INTEGER not null
)`;

export const runningTurns: OwnStep = { version: 2, statements: [turns] };
