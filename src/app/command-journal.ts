import { JournalLines } from "../agent/journal-lines.ts";
import { journaledLengthMax } from "../agent/output-journal.ts";
import type { Clock } from "../lib/clock.ts";
import { parseJson } from "../lib/json.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Journals } from "../store/journal.ts";

const version = 1;
/** Of its name, before the id of the row that it will be: whoever looks for one need not read those of steps. */
const prefix = "command_";

export interface CommandFacts {
  /** Of the row that it will be. */
  readonly messageId: MessageId;
  readonly sessionId: SessionId;
  /** Of the process that runs it. */
  readonly ownerId: string;
  readonly command: string;
}

/** Under what id a JournalDirectory has it. */
export function commandJournalId(messageId: MessageId): MessageId {
  return asMessageId(prefix + messageId);
}

/** Null: the journal is of something else. */
export function messageIdOfJournal(journalId: MessageId): MessageId | null {
  return journalId.startsWith(prefix) ? asMessageId(journalId.slice(prefix.length)) : null;
}

/** A command as its journal tells of it. */
export interface JournaledCommand extends Omit<CommandFacts, "messageId"> {
  readonly output: string;
}

/**
 * A journal as a step's, `command_<message id>.jsonl`, of a `!command` of the person's own while it runs: `["command",
 * version, session, owner, command]` first · `[0, text]`: what it has printed.
 */
export class CommandJournal {
  readonly #lines: JournalLines;
  #length = 0;

  constructor(
    {
      journals,
      clock,
      secrets,
    }: { readonly journals: Journals; readonly clock: Clock; readonly secrets: () => readonly string[] },
    { messageId, sessionId, ownerId, command }: CommandFacts,
  ) {
    this.#lines = new JournalLines(journals.create(commandJournalId(messageId)), clock);
    this.#lines.add(["command", version, sessionId, ownerId, maskSecrets(command, secrets())]);
    this.#lines.flush();
  }

  /** Secrets are masked in it. */
  add(text: string): void {
    if (this.#length >= journaledLengthMax) return;
    this.#length += text.length;
    if (text !== "") this.#lines.addDelta(0, text);
  }

  /** The row could not be written: whoever opens the project next does it. */
  close(): void {
    this.#lines.close();
  }

  /** The command is in its row. */
  remove(): void {
    this.#lines.remove();
  }
}

/** Null where the lines are of something else. Ends at the first line that makes no sense. */
export function readCommandJournal(lines: readonly string[]): JournaledCommand | null {
  const [first, ...others] = lines;
  const record = first === undefined ? undefined : parseJson(first);
  if (!Array.isArray(record)) return null;
  const [kind, recordVersion, sessionId, ownerId, command] = record;
  if (kind !== "command" || recordVersion !== version) return null;
  if (typeof sessionId !== "string" || typeof ownerId !== "string" || typeof command !== "string") return null;
  return { sessionId: asSessionId(sessionId), ownerId, command, output: printedIn(others) };
}

/** Of lines behind the first one. */
export function printedIn(lines: readonly string[]): string {
  let output = "";
  for (const line of lines) {
    const piece = parseJson(line);
    if (!Array.isArray(piece) || piece[0] !== 0 || typeof piece[1] !== "string") break;
    output += piece[1];
  }
  return output;
}
