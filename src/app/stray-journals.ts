import { listTurns } from "../store/turns.ts";
import { messageIdOfJournal } from "./command-journal.ts";
import type { Context } from "./context.ts";

/**
 * Removes the journals of steps that no turn names: what they hold is in the rows, or its session is gone. They are listed
 * before the turns are read: a turn names its step before the journal is there. Those of `!commands` stay.
 */
export function removeStrayJournals({ store, journals }: Pick<Context, "store" | "journals">): void {
  const journaled = journals.list();
  if (journaled.length === 0) return;
  const named = new Set(store.read(listTurns).map(({ messageId }) => messageId));
  for (const id of journaled) if (!named.has(id) && messageIdOfJournal(id) === null) journals.remove(id);
}
