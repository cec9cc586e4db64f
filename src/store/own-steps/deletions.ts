import type { OwnStep } from "./own-step.ts";

/** Sessions that are deleted and not yet gone: they are hidden at once, and their rows go in small transactions. */
const tombstones = `create table x_tombstone (
  session_id TEXT primary key not null references sessions (id) on delete cascade,
  is_forgotten INTEGER not null default 0,
  deleted_at_ms INTEGER not null
)`;

/** A row for each session that is gone, until the write-ahead log, which may still hold its text, has been emptied. */
const wipes = `create table x_wipe (
  id INTEGER primary key autoincrement not null,
  removed_at_ms INTEGER not null
)`;

export const deletions: OwnStep = {
  version: 5,
  // Out of use: x_turn.wish (step 9) asks for it.
  statements: [tombstones, wipes, "alter table x_turn add column stop_asked_by TEXT"],
};
