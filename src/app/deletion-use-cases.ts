import { deletionFacts } from "../store/deletion-facts.ts";
import { listQueue } from "../store/queue.ts";
import { getSessionFacts } from "../store/session-facts.ts";
import { listSessions } from "../store/sessions.ts";
import { getTurn } from "../store/turns.ts";
import type { Context } from "./context.ts";
import type { DeletionUseCases } from "./deletion.ts";
import { hasDraft } from "./session-views.ts";
import { spilledBytes } from "./spilled-outputs.ts";
import { usageOfDeleted } from "./usage-totals.ts";

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
          const draft = getSessionFacts(tx, session.id)?.draft ?? "";
          const holdsSomething = session.messageCount > 0 || hasDraft(tx, session.id, draft);
          if (isEmpty && (holdsSomething || listQueue(tx, session.id).length > 0)) return false;
          return before === undefined || Math.max(session.updatedAt, session.createdAt) * 1000 < before;
        }),
      ),
    consumed: () => store.read(usageOfDeleted),
    isDoneWithin: async (timeoutMs) => remover.isDoneWithin(timeoutMs),
  };
}
