import type { OwnStep } from "./own-step.ts";

/**
 * Prompts that wait for their turn. `owner_id` is who is to run it, `waiter_id` where it was typed; both null: it waits
 * for a person. Positions are unique within a session for as long as nothing moves, and say no more than the order.
 */
const queue = `create table x_queue (
  id TEXT primary key not null,
  session_id TEXT not null references sessions (id) on delete cascade,
  position INTEGER not null,
  kind TEXT not null,
  text TEXT not null,
  attachments TEXT not null,
  owner_id TEXT,
  waiter_id TEXT,
  waiter_name TEXT not null,
  version INTEGER not null,
  created_at_ms INTEGER not null
)`;

export const promptQueue: OwnStep = {
  version: 8,
  statements: [queue, "create index x_queue_session_id on x_queue (session_id, position)"],
};
