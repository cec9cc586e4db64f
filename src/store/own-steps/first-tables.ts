import type { OwnStep } from "./own-step.ts";

const sessionFacts = `create table x_session (
  session_id TEXT primary key not null references sessions (id) on delete cascade,
  provider TEXT,
  model TEXT,
  reasoning_effort TEXT,
  title_source TEXT not null default 'provisional',
  last_own_title TEXT,
  draft TEXT not null default '',
  working_directory TEXT,
  git_branch TEXT,
  created_at_ms INTEGER not null,
  updated_at_ms INTEGER not null
)`;

/** One row a request. The message is a plain column: Crush deletes single messages, what they cost stays consumed. */
const usage = `create table x_usage (
  id TEXT primary key not null,
  session_id TEXT not null references sessions (id) on delete cascade,
  message_id TEXT,
  purpose TEXT not null,
  provider TEXT not null,
  model TEXT not null,
  input_tokens INTEGER not null,
  cache_read_tokens INTEGER not null,
  cache_write_tokens INTEGER not null,
  cache_write_long_tokens INTEGER not null,
  output_tokens INTEGER not null,
  reasoning_tokens INTEGER not null,
  is_estimated INTEGER not null,
  cost_usd REAL,
  is_provider_cost INTEGER not null,
  started_at_ms INTEGER not null,
  duration_ms INTEGER not null,
  outcome TEXT not null
)`;

/** The exact blocks of a step where Crush's parts can't carry them; void where the hash of the parts differs. */
const exactBlocks = `create table x_message (
  message_id TEXT primary key not null references messages (id) on delete cascade,
  parts_hash TEXT not null,
  blocks TEXT not null
)`;

/** A project's grants have no session. */
const grants = `create table x_grant (
  id TEXT primary key not null,
  scope TEXT not null,
  session_id TEXT references sessions (id) on delete cascade,
  tool TEXT not null,
  action TEXT not null,
  pattern TEXT not null,
  created_at_ms INTEGER not null
)`;

/** The state in which a session last read or wrote a file, finer than Crush's read_files. */
const fileFacts = `create table x_file_fact (
  session_id TEXT not null references sessions (id) on delete cascade,
  path TEXT not null,
  size_bytes INTEGER not null,
  modified_ns TEXT not null,
  hash TEXT not null,
  read_at INTEGER not null,
  primary key (session_id, path)
)`;

/**
 * What a row of Crush's files can't say: that a version stands for "no file" (absent), or that a change was seen whose
 * content was not kept (too-large, too-many; version -1).
 */
const fileMarks = `create table x_file_mark (
  session_id TEXT not null references sessions (id) on delete cascade,
  path TEXT not null,
  version INTEGER not null,
  kind TEXT not null,
  created_at_ms INTEGER not null,
  primary key (session_id, path, version)
)`;

export const firstTables: OwnStep = {
  version: 1,
  statements: [
    sessionFacts,
    usage,
    "create index x_usage_session_id on x_usage (session_id)",
    exactBlocks,
    grants,
    "create index x_grant_session_id on x_grant (session_id)",
    fileFacts,
    fileMarks,
  ],
};
