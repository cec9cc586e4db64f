import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";

/** Integers are bound as 64-bit integers, other numbers as reals. */
export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

/**
 * What `store.read` hands out: one consistent state of the database, which it cannot change. Statements are prepared once
 * and kept, so their text must not be composed from values. Valid inside the callback only.
 */
export interface ReadHandle {
  readonly messageOrder: MessageOrder;
  all(sql: string, parameters?: readonly SqlValue[]): SqlRow[];
  /** As `all`, one by one, for more rows than should be held at once. */
  each(sql: string, visit: (row: SqlRow) => void): void;
  get(sql: string, parameters?: readonly SqlValue[]): SqlRow | undefined;
}

/** What is known of the order of each session's rows. */
export interface MessageOrder {
  /** True where rowid order is display order, so that pages can be read by rowid, without sorting. */
  isOrdered(handle: Pick<ReadHandle, "all" | "get">, sessionId: SessionId): boolean;
}

/** What `store.transact` hands out: one immediate transaction. */
export interface WriteHandle extends ReadHandle {
  /** When the transaction began. All times that it writes come from it. */
  readonly nowMs: number;
  /** Returns the number of rows changed. */
  run(sql: string, parameters?: readonly SqlValue[]): number;
  /** Goes out to subscribers after the commit, in order; never if the transaction rolls back. */
  emit(event: SessionEvent): void;
}
