import type { OwnStep } from "./own-step.ts";

/**
 * Turns that have ended and at which nobody has looked since, a row a session: `reason` is "finished" or "failed". Void where
 * the session has another count of messages than it had then: it went on, by whichever program.
 */
const ends = `create table x_unseen_end (
  session_id TEXT primary key not null references sessions (id) on delete cascade,
  reason TEXT not null,
  message_count INTEGER not null,
  ended_at_ms INTEGER not null
)`;

export const unseenEnds: OwnStep = { version: 16, statements: [ends] };
