import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import { deletionFacts } from "../store/deletion-facts.ts";
import type { DeletionFacts } from "../store/deletion-facts.ts";
import { getSessionFacts } from "../store/session-facts.ts";
import { listSessions } from "../store/sessions.ts";
import { getTurn } from "../store/turns.ts";
import type { UsageTotal } from "./app.ts";
import type { Context } from "./context.ts";
import { spilledBytes } from "./spilled-outputs.ts";
import { usageOfDeleted } from "./usage-totals.ts";

export interface PruneRule {
  /** Nothing was said or changed in it since then (Unix milliseconds). */
  readonly before?: number;
  /** Sessions in which nothing was said, and without a draft. */
  readonly isEmpty?: boolean;
}

/** What is asked before sessions are deleted; `app.deletion`. Deleting itself is `app.deleteSession`. */
export interface DeletionUseCases {
  /** What goes with the session. */
  facts(sessionId: SessionId): DeletionFacts;
  /** The sessions that meet each condition of the rule, the last changed first. None that is at work. */
  prunable(rule: PruneRule): readonly Session[];
  /** What deleted sessions consumed, without saying which; null: nothing. By day and by model it is counted in. */
  consumed(): UsageTotal | null;
  /** Whether all that was deleted is gone, the write-ahead log included, within this time. It goes on by itself. */
  isDoneWithin(timeoutMs: number): Promise<boolean>;
}

export function deletionUseCases({ store, config, remover }: Context): DeletionUseCases {
  return {
    facts: (sessionId) => {
      const facts = store.read((tx) => deletionFacts(tx, sessionId));
      return { ...facts, sizeBytes: facts.sizeBytes + spilledBytes(config.dataDirectory, sessionId) };
    },
    prunable: ({ before, isEmpty = false }) =>
      store.read((tx) =>
        listSessions(tx).filter((session) => {
          if (getTurn(tx, session.id) !== null) return false;
          const hasDraft = (getSessionFacts(tx, session.id)?.draft ?? "") !== "";
          if (isEmpty && (session.messageCount > 0 || hasDraft)) return false;
          return before === undefined || Math.max(session.updatedAt, session.createdAt) * 1000 < before;
        }),
      ),
    consumed: () => store.read(usageOfDeleted),
    isDoneWithin: async (timeoutMs) => remover.isDoneWithin(timeoutMs),
  };
}
