/** The table x_queue: prompts that wait, in their order. */
import { isJsonObject, parseJson } from "../lib/json.ts";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { QueuedKind, QueuedPrompt } from "../schema/queued-prompt.ts";
import type { ReadHandle, SqlRow, SqlValue, WriteHandle } from "./handle.ts";
import { storedNumber } from "./stored-values.ts";
import { buried } from "./tombstones.ts";

export interface StoredPrompt extends Pick<QueuedPrompt, "id" | "sessionId" | "kind" | "text" | "attachments"> {
  /** Who is to run it; null: nobody, until a person says so. */
  readonly ownerId: string | null;
  /** The process in which it was typed. */
  readonly waiterId: string | null;
  readonly waiterName: string;
  /** Grows with each change of what it says. */
  readonly version: number;
}

const columns = "id, session_id, kind, text, attachments, owner_id, waiter_id, waiter_name, version";
const isThere = `session_id not in ${buried}`;

/** In their order. */
export function listQueue(handle: ReadHandle, sessionId: SessionId): readonly StoredPrompt[] {
  return handle
    .all(`select ${columns} from x_queue where session_id = ? and ${isThere} order by position, rowid`, [sessionId])
    .map(decodePrompt);
}

export function getQueued(handle: ReadHandle, id: string): StoredPrompt | null {
  const row = handle.get(`select ${columns} from x_queue where id = ? and ${isThere}`, [id]);
  return row === undefined ? null : decodePrompt(row);
}

/** A text for each session with a queue that differs when its queue does. */
export function listQueueMarks(handle: ReadHandle): ReadonlyMap<SessionId, string> {
  const marks = new Map<SessionId, string>();
  for (const row of handle.all(
    `select session_id, id || version || position || kind || coalesce(owner_id, '') as mark from x_queue
     where ${isThere} order by id`,
  )) {
    const sessionId = asSessionId(String(row["session_id"]));
    marks.set(sessionId, `${marks.get(sessionId) ?? ""} ${String(row["mark"])}`);
  }
  return marks;
}

function decodePrompt(row: SqlRow): StoredPrompt {
  return {
    id: String(row["id"]),
    sessionId: asSessionId(String(row["session_id"])),
    kind: row["kind"] === "steering" ? "steering" : "follow-up",
    text: String(row["text"]),
    attachments: decodeAttachments(String(row["attachments"])),
    ownerId: textOrNull(row["owner_id"]),
    waiterId: textOrNull(row["waiter_id"]),
    waiterName: String(row["waiter_name"]),
    version: storedNumber(row["version"]),
  };
}

function textOrNull(value: SqlValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function decodeAttachments(text: string): readonly BinaryPart[] {
  const list = parseJson(text);
  const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
  return (Array.isArray(list) ? list : []).filter(isJsonObject).map((part) => ({
    type: "binary",
    path: textOf(part["path"]),
    mimeType: textOf(part["mimeType"]),
    data: textOf(part["data"]),
  }));
}

/** Who is to run what waits in sessions that are not archived. */
export function listWaiting(handle: ReadHandle): readonly Pick<StoredPrompt, "sessionId" | "ownerId" | "waiterId">[] {
  return handle
    .all(
      `select session_id, owner_id, waiter_id from x_queue where ${isThere}
         and session_id not in (select session_id from x_session where archived_at_ms is not null)`,
    )
    .map((row) => ({
      sessionId: asSessionId(String(row["session_id"])),
      ownerId: textOrNull(row["owner_id"]),
      waiterId: textOrNull(row["waiter_id"]),
    }));
}

/** How many wait for this process to run them. */
export function countQueuedOf(handle: ReadHandle, ownerId: string): number {
  const row = handle.get(`select count(*) as prompts from x_queue where owner_id = ? and ${isThere}`, [ownerId]);
  return Number(row?.["prompts"]);
}

/** Adds it: steering before all follow-ups, a follow-up at the end. Emits queue-changed. False: the session is gone. */
export function insertQueued(tx: WriteHandle, prompt: StoredPrompt): boolean {
  const { id, sessionId, kind, text, attachments, ownerId, waiterId, waiterName } = prompt;
  const inserted = tx.run(
    `insert into x_queue (id, session_id, position, kind, text, attachments, owner_id, waiter_id, waiter_name, version,
       created_at_ms)
     select ?, s.id, coalesce((select max(position) from x_queue where session_id = s.id), 0) + 1, ?, ?, ?, ?, ?, ?, 1, ?
     from sessions s where s.id = ? and s.id not in ${buried}`,
    [id, kind, text, JSON.stringify(attachments), ownerId, waiterId, waiterName, tx.nowMs, sessionId],
  );
  if (inserted === 0) return false;
  if (kind === "steering") putSteeringFirst(tx, sessionId);
  return announce(tx, sessionId);
}

/** Rewrites what it says. Emits queue-changed. False: it is gone. */
export function editQueued(tx: WriteHandle, id: string, change: { readonly text: string }): boolean {
  return announceOf(tx, id, () =>
    tx.run("update x_queue set text = ?, version = version + 1 where id = ?", [change.text, id]),
  );
}

/** Emits queue-changed. False: it is gone. */
export function setQueuedKind(tx: WriteHandle, id: string, kind: QueuedKind): boolean {
  return announceOf(tx, id, (sessionId) => {
    const changed = tx.run("update x_queue set kind = ? where id = ?", [kind, id]);
    putSteeringFirst(tx, sessionId);
    return changed;
  });
}

/** Puts it at this place, counted from 0. Emits queue-changed. False: it is gone. */
export function moveQueued(tx: WriteHandle, id: string, place: number): boolean {
  return announceOf(tx, id, (sessionId) => {
    const others = listQueue(tx, sessionId).filter((prompt) => prompt.id !== id);
    const ids = others.map((prompt) => prompt.id).toSpliced(place, 0, id);
    renumber(tx, ids);
    return 1;
  });
}

/** Takes it out. Emits queue-changed. False: it is gone, or says something else by now. */
export function takeQueued(tx: WriteHandle, { id, version }: Pick<StoredPrompt, "id" | "version">): boolean {
  return announceOf(tx, id, () => tx.run("delete from x_queue where id = ? and version = ?", [id, version]));
}

/** From now on these are for `responsible` to run; null: for nobody, until a person says so. Emits queue-changed. */
export function assignQueued(
  tx: WriteHandle,
  prompts: readonly Pick<StoredPrompt, "id">[],
  responsible: { readonly ownerId: string; readonly waiterId: string; readonly waiterName: string } | null,
): void {
  for (const { id } of prompts) {
    announceOf(tx, id, () =>
      responsible === null
        ? tx.run("update x_queue set owner_id = null, waiter_id = null where id = ?", [id])
        : tx.run("update x_queue set owner_id = ?, waiter_id = ?, waiter_name = ? where id = ?", [
            responsible.ownerId,
            responsible.waiterId,
            responsible.waiterName,
            id,
          ]),
    );
  }
}

/** Who is to run it from now on; where it was typed stays. Emits queue-changed. */
export function adoptQueued(tx: WriteHandle, prompts: readonly Pick<StoredPrompt, "id">[], ownerId: string): void {
  for (const { id } of prompts) {
    announceOf(tx, id, () => tx.run("update x_queue set owner_id = ? where id = ?", [ownerId, id]));
  }
}

function putSteeringFirst(tx: WriteHandle, sessionId: SessionId): void {
  const prompts = listQueue(tx, sessionId);
  const steering = prompts.filter(({ kind }) => kind === "steering");
  const others = prompts.filter(({ kind }) => kind !== "steering");
  renumber(
    tx,
    [...steering, ...others].map(({ id }) => id),
  );
}

function renumber(tx: WriteHandle, ids: readonly string[]): void {
  for (const [index, id] of ids.entries()) tx.run("update x_queue set position = ? where id = ?", [index + 1, id]);
}

function announceOf(tx: WriteHandle, id: string, write: (sessionId: SessionId) => number): boolean {
  const prompt = getQueued(tx, id);
  return prompt !== null && write(prompt.sessionId) > 0 && announce(tx, prompt.sessionId);
}

function announce(tx: WriteHandle, sessionId: SessionId): true {
  tx.emit({ type: "queue-changed", sessionId });
  return true;
}
