/**
 * A session's rows as those of another session: what a fork is made of. Rows are copied as they are stored, so that
 * nothing is lost that this program can't read; ids are new.
 */
import { AppError } from "../lib/app-error.ts";
import { unixSeconds } from "../lib/clock.ts";
import { asMessageId, asSessionId, newMessageId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Todo } from "../schema/session.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import type { MessageOutline } from "./message-pages.ts";
import { encodeTodos } from "./session-row.ts";
import { putCounts } from "./session-sums.ts";
import type { Connection } from "./sqlite.ts";

/** Messages in whose parts a tool's name stands, as this program and Crush write it; in no order. */
export function messagesNaming(handle: ReadHandle, sessionId: SessionId, tool: string): MessageId[] {
  return handle
    .all("select id from messages where session_id = ? and role = 'tool' and instr(parts, ?) > 0", [
      sessionId,
      JSON.stringify(tool),
    ])
    .map((row) => asMessageId(String(row["id"])));
}

type Rows = Pick<Connection, "all" | "get" | "run">;

/** What is copied of a session besides its own row. */
export interface RowCopy {
  readonly source: SessionId;
  /** Of the session that is being made. */
  readonly target: SessionId;
  /** In display order. */
  readonly messages: readonly MessageOutline[];
  readonly summaryMessageId: MessageId | null;
  /** Unix seconds: file versions and read files of later are left out; null: all are taken. */
  readonly until: number | null;
}

/** The row of the session that the others are to belong to. */
export interface CopiedSession {
  readonly id: SessionId;
  readonly title: string;
  readonly messages: readonly MessageOutline[];
  /** One of the copies. */
  readonly summaryMessageId: MessageId | null;
  readonly todos: readonly Todo[];
  /** Crush's gauge after the last of the messages. */
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Marks rows that are about to be copied, until `endCopy`. */
export function beginCopy(
  tx: WriteHandle,
  { target, ownerId }: { readonly target: SessionId; readonly ownerId: string },
): void {
  tx.run("insert into x_copy (session_id, owner_id, begun_at_ms) values (?, ?, ?)", [target, ownerId, tx.nowMs]);
}

/** False: it was given up, by this process or by one that took it for dead. */
export function isCopying(
  rows: Pick<Rows, "get">,
  { target, ownerId }: { readonly target: SessionId; readonly ownerId: string },
): boolean {
  return rows.get("select 1 from x_copy where session_id = ? and owner_id = ?", [target, ownerId]) !== undefined;
}

/** What was copied so far is to be removed. */
export function giveUpCopy(tx: WriteHandle, target: SessionId): void {
  tx.run("update x_copy set owner_id = '' where session_id = ?", [target]);
}

/** The same for copies whose process is dead. Returns how many they were. */
export function giveUpDeadCopies(tx: WriteHandle, isAlive: (ownerId: string) => boolean): number {
  const dead = tx
    .all("select session_id, owner_id from x_copy where owner_id != ''")
    .filter((row) => !isAlive(String(row["owner_id"])));
  for (const row of dead) giveUpCopy(tx, asSessionId(String(row["session_id"])));
  return dead.length;
}

/** Costs one query where nothing is being copied. */
export function hasCopies(handle: ReadHandle): boolean {
  return handle.get("select 1 from x_copy where owner_id != '' limit 1") !== undefined;
}

/**
 * Copies messages, their exact blocks, file versions and read-file records, a row or a few with each step; yields the part
 * that is done, returns the copy of the summary. Ledger, grants, draft and children stay with the source.
 */
export function* copyRows(rows: Rows, copy: RowCopy): Generator<number, MessageId | null> {
  let summary: MessageId | null = null;
  for (const [index, message] of copy.messages.entries()) {
    const copied = copyMessage(rows, message, copy.target);
    if (message.id === copy.summaryMessageId) summary = copied;
    yield index / copy.messages.length;
  }
  yield* copyFiles(rows, copy);
  return summary;
}

/**
 * Adds the row of a top-level session whose other rows were copied before it: the trigger of messages would count them once
 * more. Emits session-created. Throws session-changed where some of them are missing, or the copy was given up.
 */
export function endCopy(tx: WriteHandle, copy: CopiedSession, ownerId: string): void {
  const { id, messages } = copy;
  const copied = Number(tx.get("select count(*) as n from messages where session_id = ?", [id])?.["n"]);
  if (!isCopying(tx, { target: id, ownerId }) || copied !== messages.length) {
    throw new AppError("session-changed", "the session was changed while it was copied", { hint: "try again" });
  }
  const now = unixSeconds(tx.nowMs);
  tx.run(
    `insert into sessions (id, parent_session_id, title, message_count, prompt_tokens, completion_tokens, cost,
       created_at, updated_at, summary_message_id, todos)
     values (?, null, ?, ?, ?, ?, 0.0, ?, ?, ?, ?)`,
    [
      id,
      copy.title,
      copied,
      copy.promptTokens,
      copy.completionTokens,
      now,
      now,
      copy.summaryMessageId,
      encodeTodos(copy.todos),
    ],
  );
  tx.run("delete from x_copy where session_id = ?", [id]);
  const shown = messages.filter(({ role }) => role === "user" || role === "assistant").length;
  putCounts(tx, { sessionId: id, messages: { rows: copied, shown, newestAt: null }, files: null });
  tx.emit({ type: "session-created", sessionId: id });
}

function copyMessage(rows: Rows, { id, createdAt }: MessageOutline, to: SessionId): MessageId {
  const copied = newMessageId();
  rows.run(
    `insert into messages (id, session_id, role, parts, model, created_at, updated_at, finished_at, provider,
       is_summary_message)
     select ?, ?, role, parts, model, ?, updated_at, finished_at, provider, is_summary_message
     from messages where id = ?`,
    [copied, to, createdAt, id],
  );
  rows.run(
    `insert into x_message (message_id, parts_hash, blocks)
     select ?, parts_hash, blocks from x_message where message_id = ?`,
    [copied, id],
  );
  return copied;
}

function* copyFiles(rows: Rows, { source: from, target: to, until: end }: RowCopy): Generator<number> {
  const until = end ?? Number.MAX_SAFE_INTEGER;
  const versions = rows.all(
    "select rowid from files where session_id = ? and created_at <= ? order by created_at, rowid",
    [from, until],
  );
  for (const row of versions) {
    rows.run(
      `insert into files (id, session_id, path, content, version, created_at, updated_at)
       select ?, ?, path, content, version, created_at, updated_at from files where rowid = ?`,
      [crypto.randomUUID(), to, Number(row["rowid"])],
    );
    yield 1;
  }
  const untilMs = Math.min((until + 1) * 1000 - 1, Number.MAX_SAFE_INTEGER);
  rows.run(
    `insert into x_file_mark (session_id, path, version, kind, created_at_ms)
     select ?, path, version, kind, created_at_ms from x_file_mark where session_id = ? and created_at_ms <= ?`,
    [to, from, untilMs],
  );
  rows.run(
    `insert into read_files (session_id, path, read_at)
     select ?, path, read_at from read_files where session_id = ? and read_at <= ?`,
    [to, from, until],
  );
  rows.run(
    `insert into x_file_fact (session_id, path, size_bytes, modified_ns, hash, read_at)
     select ?, path, size_bytes, modified_ns, hash, read_at from x_file_fact where session_id = ? and read_at <= ?`,
    [to, from, until],
  );
}
