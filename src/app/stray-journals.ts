import { listTurns } from "../store/turns.ts";
import { commandJournalId } from "./command-journal.ts";
import type { Context } from "./context.ts";
import { journaledCommands } from "./left-commands.ts";

/**
 * Removes the journals of steps that no turn names: what they hold is in the rows, or its session is gone. They are listed
 * before the turns are read: a turn names its step before the journal is there. Those of `!commands` stay.
 */
export function removeStrayJournals({ store, journals }: Pick<Context, "store" | "journals">): void {
  const journaled = journals.list();
  if (journaled.length === 0) return;
  const named = new Set([
    ...store.read(listTurns).map(({ messageId }) => messageId),
    ...journaledCommands(journals).map(({ messageId }) => commandJournalId(messageId)),
  ]);
  for (const messageId of journaled) if (!named.has(messageId)) journals.remove(messageId);
}
