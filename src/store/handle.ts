import type { SessionEvent } from "../schema/session-event.ts";

export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

/** What `store.read` hands out: it cannot write. Statements are prepared once and kept. Valid inside the callback only. */
export interface ReadHandle {
  all(sql: string, parameters?: readonly SqlValue[]): SqlRow[];
  get(sql: string, parameters?: readonly SqlValue[]): SqlRow | undefined;
}

/** What `store.transact` hands out: one immediate transaction. */
export interface WriteHandle extends ReadHandle {
  /** Returns the number of rows changed. */
  run(sql: string, parameters?: readonly SqlValue[]): number;
  /** Goes out to subscribers after the commit, in order; never if the transaction rolls back. */
  emit(event: SessionEvent): void;
}
