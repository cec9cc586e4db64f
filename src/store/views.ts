/** The tables x_view, x_number_key and x_attachment: how a session was last looked at, its key, what is attached to its draft. */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { buried, isSessionThere } from "./tombstones.ts";

export function getView(handle: ReadHandle, sessionId: SessionId): string | null {
  const row = handle.get("select view from x_view where session_id = ?", [sessionId]);
  return row === undefined ? null : String(row["view"]);
}

/** Nothing in `sessions` changes, and nobody is told. False: the session is gone. */
export function setView(tx: WriteHandle, sessionId: SessionId, view: string): boolean {
  if (!isSessionThere(tx, sessionId)) return false;
  tx.run(
    `insert into x_view (session_id, view, shown_at_ms) values (?, ?, ?)
     on conflict (session_id) do update set view = excluded.view, shown_at_ms = excluded.shown_at_ms`,
    [sessionId, view, tx.nowMs],
  );
  return true;
}

export interface ShownSession {
  readonly id: SessionId;
  readonly title: string;
}

/** The sessions that were shown last, the latest first. */
export function listShown(handle: ReadHandle, limit: number): ShownSession[] {
  return handle
    .all(
      `select v.session_id, s.title from x_view v join sessions s on s.id = v.session_id
       where s.id not in ${buried} order by v.shown_at_ms desc limit ?`,
      [limit],
    )
    .map((row) => ({ id: asSessionId(String(row["session_id"])), title: String(row["title"]) }));
}

/** Those with number keys, place n − 1 for the key n; null: nobody's. */
export function listNumbered(handle: ReadHandle): (ShownSession | null)[] {
  const rows = handle.all(
    `select k.number, k.session_id, s.title from x_number_key k join sessions s on s.id = k.session_id
     where s.id not in ${buried} and k.number in (1, 2, 3, 4, 5, 6, 7, 8, 9) order by k.number`,
  );
  const numbered: (ShownSession | null)[] = Array.from({ length: Number(rows.at(-1)?.["number"] ?? 0) }, () => null);
  for (const row of rows) {
    numbered[Number(row["number"]) - 1] = { id: asSessionId(String(row["session_id"])), title: String(row["title"]) };
  }
  return numbered;
}

/** Sessions that are gone, or have no row yet, get none. */
export function setNumbered(tx: WriteHandle, numbered: readonly (SessionId | null)[]): void {
  const stored = listNumbered(tx);
  for (let place = 0; place < Math.max(stored.length, numbered.length); place += 1) {
    const sessionId = numbered[place] ?? null;
    if (sessionId === (stored[place]?.id ?? null)) continue;
    tx.run("delete from x_number_key where number = ?", [place + 1]);
    if (sessionId !== null && isSessionThere(tx, sessionId)) {
      tx.run("insert into x_number_key (number, session_id) values (?, ?)", [place + 1, sessionId]);
    }
  }
}

export interface DraftAttachment extends BinaryPart {
  /** Of its row. */
  readonly id: string;
}

/** In the order in which they were attached. */
export function listDraftAttachments(handle: ReadHandle, sessionId: SessionId): DraftAttachment[] {
  return handle
    .all("select id, path, mime_type, data from x_attachment where session_id = ? order by position", [sessionId])
    .map((row) => ({
      type: "binary",
      id: String(row["id"]),
      path: String(row["path"]),
      mimeType: String(row["mime_type"]),
      data: String(row["data"]),
    }));
}

export function hasDraftAttachments(handle: ReadHandle, sessionId: SessionId): boolean {
  return handle.get("select 1 from x_attachment where session_id = ? limit 1", [sessionId]) !== undefined;
}

/** Keeps exactly these; rows that are there already are not written again. False: the session is gone. */
export function setDraftAttachments(
  tx: WriteHandle,
  sessionId: SessionId,
  attachments: readonly DraftAttachment[],
): boolean {
  if (!isSessionThere(tx, sessionId)) return false;
  const kept = new Set(attachments.map(({ id }) => id));
  const stored = tx
    .all("select id from x_attachment where session_id = ?", [sessionId])
    .map((row) => String(row["id"]));
  for (const id of stored) if (!kept.has(id)) tx.run("delete from x_attachment where id = ?", [id]);
  for (const [position, { id, path, mimeType, data }] of attachments.entries()) {
    if (stored.includes(id)) tx.run("update x_attachment set position = ? where id = ?", [position, id]);
    else {
      tx.run("insert into x_attachment (id, session_id, position, path, mime_type, data) values (?, ?, ?, ?, ?, ?)", [
        id,
        sessionId,
        position,
        path,
        mimeType,
        data,
      ]);
    }
  }
  return true;
}
