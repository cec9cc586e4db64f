import type { SessionId } from "../schema/ids.ts";
import type { MessageOrder, ReadHandle } from "./handle.ts";

interface CheckedRows {
  /** The newest row that was looked at, and its time. */
  readonly rowid: number;
  readonly createdAt: number;
  readonly isOrdered: boolean;
}

/**
 * Checks whether a session's rows stand in the order of their times. Every row of ours keeps that order; another program,
 * or a clock set back, may break it. Each row is looked at once. Belongs to one open store, since rowids are not stable.
 */
export class CheckedMessageOrder implements MessageOrder {
  readonly #checked = new Map<SessionId, CheckedRows>();

  isOrdered(handle: Pick<ReadHandle, "get">, sessionId: SessionId): boolean {
    const before = this.#known(handle, sessionId);
    const row = handle.get(
      `select count(*) filter (where created_at < previous) as breaks, max(rowid) as last_rowid, max(created_at) as last_time
       from (
         select rowid, created_at, lag(created_at, 1, ?) over (order by rowid) as previous
         from messages where session_id = ? and rowid > ?
       )`,
      [before.createdAt, sessionId, before.rowid],
    );
    if (row === undefined || typeof row["last_rowid"] !== "number") return before.isOrdered;
    const checked = {
      rowid: row["last_rowid"],
      createdAt: Math.max(before.createdAt, Number(row["last_time"])),
      isOrdered: before.isOrdered && row["breaks"] === 0,
    };
    this.#checked.set(sessionId, checked);
    return checked.isOrdered;
  }

  /** What was found before, void where that newest row is gone: its rowid may have been given to another. */
  #known(handle: Pick<ReadHandle, "get">, sessionId: SessionId): CheckedRows {
    const known = this.#checked.get(sessionId);
    if (known !== undefined) {
      const row = handle.get("select created_at from messages where rowid = ? and session_id = ?", [
        known.rowid,
        sessionId,
      ]);
      if (row?.["created_at"] === known.createdAt || (row !== undefined && !known.isOrdered)) return known;
    }
    return { rowid: 0, createdAt: 0, isOrdered: true };
  }
}
