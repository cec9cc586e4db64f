import type { OwnStep } from "./own-step.ts";

/** A fork outlives the session that it came from: its link is no foreign key. */
const columns: readonly string[] = [
  "alter table x_session add column pinned_at_ms INTEGER",
  "alter table x_session add column archived_at_ms INTEGER",
  "alter table x_session add column forked_from_session_id TEXT",
  "alter table x_session add column forked_from_message_id TEXT",
];

const tags = `create table x_session_tag (
  session_id TEXT not null references sessions (id) on delete cascade,
  tag TEXT not null,
  created_at_ms INTEGER not null,
  primary key (session_id, tag)
)`;

export const organisedSessions: OwnStep = { version: 4, statements: [...columns, tags] };
