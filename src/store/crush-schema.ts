/**
 * Crush's tables, made in the steps in which Crush makes them: a database of any age gets the steps that it lacks. The
 * facts are its own migrations (August 2026). Nothing of ours belongs here: these objects stay exactly Crush's.
 */
export interface CrushStep {
  /** The id under which Crush's migration tool (goose) books the step. */
  readonly version: number;
  readonly statements: readonly string[];
}

/** Goose books this one before the first step. */
export const firstVersion = 0;

export const versionTable = `create table goose_db_version (
  id INTEGER primary key autoincrement,
  version_id INTEGER not null,
  is_applied INTEGER not null,
  tstamp TIMESTAMP default (datetime('now'))
)`;

const sessions = `create table if not exists sessions (
  id TEXT primary key,
  parent_session_id TEXT,
  title TEXT not null,
  message_count INTEGER not null default 0 check (message_count >= 0),
  prompt_tokens INTEGER not null default 0 check (prompt_tokens >= 0),
  completion_tokens INTEGER not null default 0 check (completion_tokens >= 0),
  cost REAL not null default 0.0 check (cost >= 0.0),
  updated_at INTEGER not null,
  created_at INTEGER not null
)`;

const files = `create table if not exists files (
  id TEXT primary key,
  session_id TEXT not null,
  path TEXT not null,
  content TEXT not null,
  version INTEGER not null default 0,
  created_at INTEGER not null,
  updated_at INTEGER not null,
  foreign key (session_id) references sessions (id) on delete cascade,
  unique (path, session_id, version)
)`;

const messages = `create table if not exists messages (
  id TEXT primary key,
  session_id TEXT not null,
  role TEXT not null,
  parts TEXT not null default '[]',
  model TEXT,
  created_at INTEGER not null,
  updated_at INTEGER not null,
  finished_at INTEGER,
  foreign key (session_id) references sessions (id) on delete cascade
)`;

const readFiles = `create table if not exists read_files (
  session_id TEXT not null check (session_id != ''),
  path TEXT not null check (path != ''),
  read_at INTEGER not null,
  foreign key (session_id) references sessions (id) on delete cascade,
  primary key (path, session_id)
)`;

function touchTrigger(table: "sessions" | "files" | "messages"): string {
  return `create trigger if not exists update_${table}_updated_at after update on ${table} begin
    update ${table} set updated_at = strftime('%s', 'now') where id = new.id;
  end`;
}

function countTrigger(options: { name: string; event: "insert" | "delete"; row: "new" | "old"; step: string }): string {
  return `create trigger if not exists ${options.name} after ${options.event} on messages begin
    update sessions set message_count = message_count ${options.step} where id = ${options.row}.session_id;
  end`;
}

function index(table: string, column: string): string {
  return `create index if not exists idx_${table}_${column} on ${table} (${column})`;
}

export const crushSteps: readonly CrushStep[] = [
  {
    version: 20250424200609,
    statements: [
      sessions,
      touchTrigger("sessions"),
      files,
      index("files", "session_id"),
      index("files", "path"),
      touchTrigger("files"),
      messages,
      index("messages", "session_id"),
      touchTrigger("messages"),
      countTrigger({ name: "update_session_message_count_on_insert", event: "insert", row: "new", step: "+ 1" }),
      countTrigger({ name: "update_session_message_count_on_delete", event: "delete", row: "old", step: "- 1" }),
    ],
  },
  { version: 20250515105448, statements: ["alter table sessions add column summary_message_id TEXT"] },
  {
    version: 20250624000000,
    statements: [index("sessions", "created_at"), index("messages", "created_at"), index("files", "created_at")],
  },
  { version: 20250627000000, statements: ["alter table messages add column provider TEXT"] },
  {
    version: 20250810000000,
    statements: ["alter table messages add column is_summary_message INTEGER not null default 0"],
  },
  { version: 20250812000000, statements: ["alter table sessions add column todos TEXT"] },
  {
    version: 20260127000000,
    statements: [readFiles, index("read_files", "session_id"), index("read_files", "path")],
  },
];

/** The columns that ours reads or writes: a database of a newer Crush can be used as long as it has them. */
export const usedColumns: Readonly<Record<string, readonly string[]>> = {
  sessions: [
    "id",
    "parent_session_id",
    "title",
    "message_count",
    "prompt_tokens",
    "completion_tokens",
    "cost",
    "updated_at",
    "created_at",
    "summary_message_id",
    "todos",
  ],
  files: ["id", "session_id", "path", "content", "version", "created_at", "updated_at"],
  messages: [
    "id",
    "session_id",
    "role",
    "parts",
    "model",
    "created_at",
    "updated_at",
    "finished_at",
    "provider",
    "is_summary_message",
  ],
  read_files: ["session_id", "path", "read_at"],
};
