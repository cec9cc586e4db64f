import { shownOutputLengthMax } from "../agent/output-journal.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { Journals } from "../store/journal.ts";
import type { LiveCommand } from "./app.ts";
import { commandJournalId, messageIdOfJournal, printedIn, readCommandJournal } from "./command-journal.ts";
import type { TurnClaims } from "./turn-claims.ts";

interface ForeignCommand {
  readonly sessionId: SessionId;
  readonly ownerId: string;
  live: LiveCommand;
  offset: number;
}

export interface ForeignCommandParts {
  readonly journals: Journals;
  readonly claims: Pick<TurnClaims, "isOwnId" | "isAliveId" | "settleDead">;
  readonly isOwn: (id: MessageId) => boolean;
}

/** The person's own commands that run in other processes: their journals are there for as long as they run. */
export class ForeignCommands {
  readonly #parts: ForeignCommandParts;
  readonly #commands = new Map<MessageId, ForeignCommand>();

  constructor(parts: ForeignCommandParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#commands.size === 0;
  }

  runsIn(sessionIds: Iterable<SessionId>): boolean {
    const ids = new Set(sessionIds);
    return [...this.#commands.values()].some(({ sessionId }) => ids.has(sessionId));
  }

  live(sessionId: SessionId): readonly LiveCommand[] {
    return [...this.#commands.values()].flatMap((command) => (command.sessionId === sessionId ? [command.live] : []));
  }

  /** Which have begun and ended, and in followed sessions printed, since the last look. */
  look(isFollowed: (sessionId: SessionId) => boolean): readonly SessionEvent[] {
    const ids = new Set(this.#parts.journals.list().flatMap((id) => messageIdOfJournal(id) ?? []));
    const changed = new Set<SessionId>();
    for (const [id, { sessionId }] of this.#commands) {
      if (ids.has(id)) continue;
      this.#commands.delete(id);
      changed.add(sessionId);
    }
    for (const id of ids) {
      const begun = this.#commands.has(id) ? null : this.#begin(id);
      if (begun !== null) changed.add(begun);
    }
    for (const command of this.#commands.values()) {
      if (isFollowed(command.sessionId) && this.#readOn(command)) changed.add(command.sessionId);
    }
    return [...changed].map((sessionId) => this.#changed(sessionId));
  }

  /** What those of a session have printed is known from now on. */
  readOn(sessionId: SessionId): void {
    for (const command of this.#commands.values()) if (command.sessionId === sessionId) this.#readOn(command);
  }

  /** Those whose process has died get their rows. Never rejects. */
  async settleDead(): Promise<void> {
    const { claims } = this.#parts;
    const dead = [...this.#commands.values()].filter(({ ownerId }) => !claims.isAliveId(ownerId));
    await Promise.all([...new Set(dead.map(({ sessionId }) => sessionId))].map(async (id) => claims.settleDead(id)));
  }

  #changed(sessionId: SessionId): SessionEvent {
    const [running] = this.live(sessionId);
    return { type: "command-changed", sessionId, command: running?.command ?? null, isElsewhere: true };
  }

  /** The session of a command that is another process'; null: of none, or its first line is not there yet. */
  #begin(id: MessageId): SessionId | null {
    const { journals, claims, isOwn } = this.#parts;
    if (isOwn(id)) return null;
    const piece = journals.readFrom(commandJournalId(id), 0);
    const read = piece === null ? null : readCommandJournal(piece.lines);
    if (piece === null || read === null || claims.isOwnId(read.ownerId)) return null;
    const { sessionId, ownerId, command } = read;
    const live = { id, command, output: read.output.slice(-shownOutputLengthMax), isElsewhere: true };
    this.#commands.set(id, { sessionId, ownerId, live, offset: piece.nextOffset });
    return sessionId;
  }

  /** Whether it has printed. */
  #readOn(command: ForeignCommand): boolean {
    const piece = this.#parts.journals.readFrom(commandJournalId(command.live.id), command.offset);
    const text = piece === null ? "" : printedIn(piece.lines);
    if (piece === null || text === "") return false;
    command.offset = piece.nextOffset;
    command.live = { ...command.live, output: (command.live.output + text).slice(-shownOutputLengthMax) };
    return true;
  }
}
