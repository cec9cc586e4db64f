import type { SessionId } from "../schema/ids.ts";

/**
 * A place that keeps something of sessions outside the rows which go with a session by themselves: files of ours, databases
 * of their own. What is listed in app/all-remains.ts is asked to forget each session that is deleted, by us at once, by
 * another program at the next open or noticed change.
 */
export interface SessionRemains {
  /** For the log: `outputs`. */
  readonly name: string;
  /**
   * The sessions of which something is kept, whether they still exist or not. A session's row must be committed before
   * anything of it is kept: what is listed and has no row is removed. Rejects where it can't be found out.
   */
  listSessionIds(): Promise<readonly SessionId[]>;
  /**
   * When it resolves, nothing of these sessions is left on the disk. May be called again for the same ones, by several
   * processes at once, and for ones of which nothing is kept. Rejects where something stays: it is tried again later.
   */
  remove(sessionIds: readonly SessionId[]): Promise<void>;
}
