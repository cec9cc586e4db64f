/** Brings the index up to what crush.db holds, whichever program wrote it. */
import { asMessageId, asSessionId } from "../../schema/ids.ts";
import type { MessageId, SessionId } from "../../schema/ids.ts";
import type { ReadHandle, SqlValue } from "../handle.ts";
import { decodeMessage, messageColumns, messageSource } from "../message-row.ts";
import type { Store } from "../store.ts";
import { buried, isSessionThere } from "../tombstones.ts";
import { textsOfMessage } from "./message-text.ts";
import type { NewDocument, SearchFile, SeenSession } from "./search-file.ts";

interface StoredSession extends SeenSession {
  readonly id: SessionId;
}

interface StoredRow {
  readonly id: MessageId;
  /** An answer that its program has not ended, and may never end: its rows change without their session. */
  readonly isOpen: boolean;
  readonly updatedAt: number;
  readonly size: number;
}

/** In which nobody has written for so long that its time says whether it has changed: times are whole seconds. */
const settledSeconds = 2;
/** Characters of a transaction: its time is how long a query waits at most, and its texts are in memory together. */
const batchSizeDefault = 256 * 1024;
const groupMessages = 4000;
/** An answer that nobody has written for so long won't change any more. */
const openSecondsMax = 24 * 60 * 60;

export interface CatchUpPorts {
  readonly store: Pick<Store, "read">;
  readonly index: SearchFile;
  readonly nowMs: () => number;
  /** Characters of a transaction; tests take small ones. */
  readonly batchSize?: number;
  /** Told of each transaction: characters of the texts in it. */
  readonly onWritten: (length: number) => void;
  /** Between transactions: lets queries in. False: stop. */
  readonly pause: () => Promise<boolean>;
}

/**
 * Goes through every session that has changed since it was seen, the newest first, and drops those that are gone. False:
 * it was stopped.
 */
export async function catchUp(ports: CatchUpPorts): Promise<boolean> {
  const { store, index } = ports;
  const seen = index.seenSessions();
  const stored = store.read(listStored);
  const ids = new Set(stored.map(({ id }) => id));
  const gone = [...seen.keys()].filter((id) => !ids.has(id));
  if (gone.length > 0) await index.removeSessions(gone);
  const changed = stored.filter(({ id, updatedAt, messages }) => {
    const before = seen.get(id);
    return before?.updatedAt !== updatedAt || before.messages !== messages;
  });
  for (const group of groupsOf(changed)) {
    // Documents are found from the last one back, so the newest session of a group goes in last.
    if (!(await indexSessions(ports, group.toReversed()))) return false;
  }
  return true;
}

/** Messages that were just written, without going through their sessions. */
export async function indexMessages(
  { store, index }: Pick<CatchUpPorts, "store" | "index">,
  messageIds: readonly MessageId[],
): Promise<void> {
  const documents = new Map(messageIds.map((id) => [id, store.read((handle) => readDocument(handle, id))]));
  await index.write(() => {
    for (const [id, document] of documents) {
      if (document === null || !isThere(store, document.sessionId)) index.drop(id);
      else index.put(document);
    }
  });
}

function listStored(handle: ReadHandle): StoredSession[] {
  return handle
    .all(
      `select id, updated_at, message_count from sessions
       where id not in ${buried} and (parent_session_id is null or id != 'title-' || parent_session_id)
       order by updated_at desc`,
    )
    .map((row) => ({
      id: asSessionId(String(row["id"])),
      updatedAt: wholeNumber(row["updated_at"]),
      messages: wholeNumber(row["message_count"]),
    }));
}

function groupsOf(sessions: readonly StoredSession[]): StoredSession[][] {
  const groups: StoredSession[][] = [];
  let messages = Number.POSITIVE_INFINITY;
  for (const session of sessions) {
    if (messages >= groupMessages) {
      groups.push([]);
      messages = 0;
    }
    groups.at(-1)?.push(session);
    messages += session.messages;
  }
  return groups;
}

/** What goes into one transaction. */
interface Batch {
  readonly documents: NewDocument[];
  readonly gone: MessageId[];
  readonly seen: StoredSession[];
  size: number;
}

async function indexSessions(ports: CatchUpPorts, sessions: readonly StoredSession[]): Promise<boolean> {
  const { batchSize = batchSizeDefault } = ports;
  let batch = emptyBatch();
  for (const session of sessions) {
    const { changed, gone, isOpen } = differences(ports, session.id);
    batch.gone.push(...gone);
    for (const id of changed) {
      const document = ports.store.read((handle) => readDocument(handle, id));
      if (document === null) continue;
      batch.documents.push(document);
      batch.size += document.text.length;
      if (batch.size < batchSize) continue;
      if (!(await writeBatch(ports, batch))) return false;
      batch = emptyBatch();
    }
    batch.seen.push(isOpen ? { ...session, ...unseen } : session);
  }
  return writeBatch(ports, batch);
}

/** What a session is marked with that the next catch-up looks through again. */
const unseen: SeenSession = { updatedAt: 0, messages: -1 };

function emptyBatch(): Batch {
  return { documents: [], gone: [], seen: [], size: 0 };
}

/**
 * Asked while the index is locked: whoever deletes a session hides it first and clears the index then, so that nothing of
 * it can come back.
 */
function isThere(store: Pick<Store, "read">, sessionId: SessionId): boolean {
  return store.read((handle) => isSessionThere(handle, sessionId));
}

async function writeBatch({ store, index, nowMs, onWritten, pause }: CatchUpPorts, batch: Batch): Promise<boolean> {
  const settledBefore = Math.floor(nowMs() / 1000) - settledSeconds;
  await index.write(() => {
    for (const id of batch.gone) index.drop(id);
    const hidden = new Set(
      [...new Set([...batch.documents.map(({ sessionId }) => sessionId), ...batch.seen.map(({ id }) => id)])].filter(
        (id) => !isThere(store, id),
      ),
    );
    for (const document of batch.documents) if (!hidden.has(document.sessionId)) index.put(document);
    for (const session of batch.seen) {
      if (hidden.has(session.id)) continue;
      index.markSeen(session.id, session.updatedAt < settledBefore ? session : unseen);
    }
  });
  onWritten(batch.size);
  return pause();
}

function differences(
  { store, index, nowMs }: CatchUpPorts,
  sessionId: SessionId,
): { readonly changed: readonly MessageId[]; readonly gone: readonly MessageId[]; readonly isOpen: boolean } {
  const rows = store.read((handle) => listRows(handle, sessionId));
  const known = index.messagesOf(sessionId);
  const ids = new Set(rows.map(({ id }) => id));
  const changed = rows.filter(({ id, updatedAt, size }) => {
    const before = known.get(id);
    return before?.updatedAt !== updatedAt || before.size !== size;
  });
  const openSince = nowMs() / 1000 - openSecondsMax;
  return {
    changed: changed.map(({ id }) => id),
    gone: [...known.keys()].filter((id) => !ids.has(id)),
    isOpen: rows.some(({ isOpen, updatedAt }) => isOpen && updatedAt > openSince),
  };
}

/** The size is in the row's head: its parts are not read. */
const rowColumns = `id, updated_at, octet_length(parts) as size, role = 'assistant' and finished_at is null as is_open`;

function listRows(handle: ReadHandle, sessionId: SessionId): StoredRow[] {
  return handle
    .all(`select ${rowColumns} from messages where session_id = ? order by rowid`, [sessionId])
    .map((row) => ({
      id: asMessageId(String(row["id"])),
      updatedAt: wholeNumber(row["updated_at"]),
      size: Number(row["size"]),
      isOpen: row["is_open"] === 1,
    }));
}

function readDocument(handle: ReadHandle, messageId: MessageId): NewDocument | null {
  const row = handle.get(
    `select ${messageColumns}, octet_length(m.parts) as size from ${messageSource} where m.id = ?`,
    [messageId],
  );
  if (row === undefined) return null;
  const message = decodeMessage(row);
  const texts = textsOfMessage(message.role, message.parts);
  const prompts = texts.filter(({ field }) => field === "prompt");
  return {
    messageId,
    sessionId: message.sessionId,
    updatedAt: wholeNumber(row["updated_at"]),
    size: Number(row["size"]),
    createdAt: message.createdAt,
    model: message.model,
    text: texts.map(({ text }) => text).join("\n"),
    prompt: prompts.length === 0 ? null : prompts.map(({ text }) => text).join("\n"),
  };
}

/** Other programs' columns may hold anything; the index takes numbers only. */
function wholeNumber(value: SqlValue | undefined): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.trunc(value) : 0;
}
