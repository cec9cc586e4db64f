import type { PartlyKnownCost } from "../schema/cost.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { Usage } from "../schema/usage.ts";
import type { DeletionFacts } from "../store/deletion-facts.ts";

export interface PruneRule {
  /** Nothing was said or changed in it since then (Unix milliseconds). */
  readonly before?: number;
  /** Sessions in which nothing was said, without a draft, and in which no prompt waits. */
  readonly isEmpty?: boolean;
}

export interface DeletedUsage extends PartlyKnownCost {
  readonly requests: number;
  readonly consumed: Usage;
}

/** What is asked before sessions are deleted; `app.deletion`. Deleting itself is `app.deleteSession`. */
export interface DeletionUseCases {
  /** What goes with the session. */
  facts(sessionId: SessionId): DeletionFacts;
  /** The sessions that meet each condition of the rule, the last changed first. None that is at work. */
  prunable(rule: PruneRule): readonly Session[];
  /** What deleted sessions consumed, without saying which; null: nothing. By day and by model it is counted in. */
  consumed(): DeletedUsage | null;
  /** Whether all that was deleted is gone, the write-ahead log included, within this time. It goes on by itself. */
  isDoneWithin(timeoutMs: number): Promise<boolean>;
}
