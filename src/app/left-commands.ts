import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Journals } from "../store/journal.ts";
import { getMessage, insertMessage } from "../store/messages.ts";
import { getSession } from "../store/sessions.ts";
import type { Transactions } from "../store/store.ts";
import { commandJournalId, type JournaledCommand, messageIdOfJournal, readCommandJournal } from "./command-journal.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { printedText } from "./printed-output.ts";

/** As a shell reports a program that was killed: it is, or was, by whoever finds it running still. */
const killedExitCode = 137;
const note = "[interrupted: Crush ended while this command ran]";

export interface LeftCommandsContext {
  readonly store: Transactions;
  readonly journals: Journals;
  readonly config: { readonly dataDirectory: string };
  readonly secrets: () => readonly string[];
}

export interface LeftCommand extends JournaledCommand {
  readonly messageId: MessageId;
}

/** The person's own commands that have a journal, those that run still included. */
export function journaledCommands(journals: Journals): readonly LeftCommand[] {
  return journals.list().flatMap((journalId) => {
    const messageId = messageIdOfJournal(journalId);
    if (messageId === null) return [];
    const command = readCommandJournal(journals.read(journalId)?.lines ?? []);
    return command === null ? [] : [{ ...command, messageId }];
  });
}

/** Of sessions that are gone: their commands have ended, or will with their processes, and get no row. */
export function forgetCommands(journals: Journals, sessionIds: readonly SessionId[]): void {
  for (const { messageId, sessionId } of journaledCommands(journals)) {
    if (sessionIds.includes(sessionId)) journals.remove(commandJournalId(messageId));
  }
}

/** Gives a command whose process has died its row, with what it had printed. Rejects as Store.transact does. */
export async function keepLeftCommand(context: LeftCommandsContext, left: LeftCommand): Promise<void> {
  const { store, journals, config, secrets } = context;
  const { messageId, sessionId, command, output } = left;
  const printed = printedText({ text: output, file: null }, config.dataDirectory, sessionId);
  const shown = `${printed}${printed === "" || printed.endsWith("\n") ? "" : "\n"}${note}`;
  const mask = (text: string): string => maskSecrets(text, secrets());
  await store.transact(
    (tx) => {
      // It was stored, and its process died before the journal was gone; or the session was deleted.
      if (getMessage(tx, messageId) !== null || getSession(tx, sessionId) === null) return;
      const part = {
        type: "shell_command",
        command: mask(command),
        output: mask(shown),
        exitCode: killedExitCode,
      } as const;
      insertMessage(tx, { id: messageId, sessionId, role: "user", parts: [part] });
    },
    { survives: "power-loss" },
  );
  journals.remove(commandJournalId(messageId));
}
