/**
 * A session's rows as those of another session: what a fork is made of. Rows are copied as they are stored, so that
 * nothing is lost that this program can't read; ids are new.
 */
import { unixSeconds } from "../lib/clock.ts";
import { asMessageId, newMessageId, newSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Todo } from "../schema/session.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import type { MessageOutline } from "./message-pages.ts";
import { encodeTodos } from "./session-row.ts";
import { putCounts } from "./session-sums.ts";

/** Messages in whose parts a tool's name stands, as this program and Crush write it; in no order. */
export function messagesNaming(handle: ReadHandle, sessionId: SessionId, tool: string): MessageId[] {
  return handle
    .all("select id from messages where session_id = ? and role = 'tool' and instr(parts, ?) > 0", [
      sessionId,
      JSON.stringify(tool),
    ])
    .map((row) => asMessageId(String(row["id"])));
}

export interface SessionCopy {
  readonly source: SessionId;
  readonly title: string;
  /** In display order. */
  readonly messages: readonly MessageOutline[];
  readonly summaryMessageId: MessageId | null;
  readonly todos: readonly Todo[];
  /** Crush's gauge after the last of the messages. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Unix seconds: file versions and read files of later are left out; null: all are taken. */
  readonly until: number | null;
}

/**
 * Adds a top-level session with copies of the messages, their exact blocks, file versions and read-file records. Ledger,
 * grants, draft and children stay with the source. Emits session-created.
 */
export function copySession(tx: WriteHandle, copy: SessionCopy): SessionId {
  const id = newSessionId();
  // The messages go first: their trigger would count them, and set the session's time, once more.
  tx.run("pragma defer_foreign_keys = on");
  const copies = copyMessages(tx, copy.messages, id);
  const now = unixSeconds(tx.nowMs);
  tx.run(
    `insert into sessions (id, parent_session_id, title, message_count, prompt_tokens, completion_tokens, cost,
       created_at, updated_at, summary_message_id, todos)
     values (?, null, ?, ?, ?, ?, 0.0, ?, ?, ?, ?)`,
    [
      id,
      copy.title,
      copies.size,
      copy.promptTokens,
      copy.completionTokens,
      now,
      now,
      copy.summaryMessageId === null ? null : (copies.get(copy.summaryMessageId) ?? null),
      encodeTodos(copy.todos),
    ],
  );
  const shown = copy.messages.filter(({ role }) => role === "user" || role === "assistant").length;
  putCounts(tx, { sessionId: id, messages: { rows: copies.size, shown, newestAt: null }, files: null });
  copyFiles(tx, { from: copy.source, to: id, until: copy.until ?? Number.MAX_SAFE_INTEGER });
  tx.emit({ type: "session-created", sessionId: id });
  return id;
}

function copyMessages(tx: WriteHandle, messages: readonly MessageOutline[], to: SessionId): Map<MessageId, MessageId> {
  const copies = new Map<MessageId, MessageId>();
  for (const { id, createdAt } of messages) {
    const copied = newMessageId();
    copies.set(id, copied);
    tx.run(
      `insert into messages (id, session_id, role, parts, model, created_at, updated_at, finished_at, provider,
         is_summary_message)
       select ?, ?, role, parts, model, ?, updated_at, finished_at, provider, is_summary_message
       from messages where id = ?`,
      [copied, to, createdAt, id],
    );
    tx.run(
      `insert into x_message (message_id, parts_hash, blocks)
       select ?, parts_hash, blocks from x_message where message_id = ?`,
      [copied, id],
    );
  }
  return copies;
}

function copyFiles(
  tx: WriteHandle,
  { from, to, until }: { readonly from: SessionId; readonly to: SessionId; readonly until: number },
): void {
  for (const row of tx.all(
    "select rowid from files where session_id = ? and created_at <= ? order by created_at, rowid",
    [from, until],
  )) {
    tx.run(
      `insert into files (id, session_id, path, content, version, created_at, updated_at)
       select ?, ?, path, content, version, created_at, updated_at from files where rowid = ?`,
      [crypto.randomUUID(), to, Number(row["rowid"])],
    );
  }
  const untilMs = Math.min((until + 1) * 1000 - 1, Number.MAX_SAFE_INTEGER);
  tx.run(
    `insert into x_file_mark (session_id, path, version, kind, created_at_ms)
     select ?, path, version, kind, created_at_ms from x_file_mark where session_id = ? and created_at_ms <= ?`,
    [to, from, untilMs],
  );
  tx.run(
    `insert into read_files (session_id, path, read_at)
     select ?, path, read_at from read_files where session_id = ? and read_at <= ?`,
    [to, from, until],
  );
  tx.run(
    `insert into x_file_fact (session_id, path, size_bytes, modified_ns, hash, read_at)
     select ?, path, size_bytes, modified_ns, hash, read_at from x_file_fact where session_id = ? and read_at <= ?`,
    [to, from, until],
  );
}
