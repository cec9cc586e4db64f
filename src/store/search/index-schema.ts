/** The tables of `search.db`: a copy of nothing but which words stand in which message. */

/** "crsi": whose file it is. */
export const applicationId = 0x63727369;
/** Raised whenever the tables or the way in which texts are cut into words change: older files are made anew. */
export const indexVersion = 3;

/**
 * A session's number stands in for its id. `seen_…` is what its row said when all its messages were in the index; a
 * session that has changed since is looked through again.
 */
const sessions = `create table session (
  number INTEGER primary key,
  session_id TEXT not null unique,
  seen_updated_at INTEGER not null default 0,
  seen_messages INTEGER not null default -1
)`;

const documents = `create table document (
  number INTEGER primary key,
  message_id TEXT not null unique,
  session INTEGER not null,
  shard INTEGER not null,
  updated_at INTEGER not null,
  size INTEGER not null
)`;

/** The shards in which words of a session may still lie, as tombstones too. */
const places = `create table place (
  session INTEGER not null,
  shard INTEGER not null,
  primary key (session, shard)
) without rowid`;

const models = `create table session_model (
  session INTEGER not null,
  model TEXT not null,
  primary key (session, model)
) without rowid`;

/** `merged_size` is what its size was when all of it was last merged. */
const shards = `create table shard (
  number INTEGER primary key,
  size INTEGER not null default 0,
  merged_size INTEGER not null default 0,
  newest_at INTEGER not null default 0
)`;

export const indexTables: readonly string[] = [
  sessions,
  documents,
  "create index document_session on document (session)",
  places,
  models,
  shards,
];

/** Pieces are cut before, so all that is no space belongs to one. */
const signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const pieceTokenizer = `ascii tokenchars '${signs.replaceAll("'", "''")}'`.replaceAll('"', '""');

/**
 * A shard is a full-text index of some 16 MB of text: small enough to be written anew when a session in it is deleted, so
 * that its words are really gone. Queries take the shards one after the other, the newest first.
 *
 * Words are kept with their places, pieces (`index-pieces.ts`) without. A message that is nothing but a prompt has no words
 * in it: its pieces tell them.
 */
export function shardTables(shard: number): readonly string[] {
  const number = String(shard);
  return [
    `create virtual table words_${number} using fts5(text, parts, content='', contentless_delete=1,
       tokenize="unicode61 remove_diacritics 2")`,
    `create virtual table pieces_${number} using fts5(pieces, content='', contentless_delete=1, detail=none,
       tokenize="${pieceTokenizer}")`,
    `insert into words_${number} (words_${number}, rank) values ('hashsize', 16777216)`,
  ];
}
