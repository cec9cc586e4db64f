import type { SessionId } from "../schema/ids.ts";
import { settleSaves } from "./settle-saves.ts";
import type { TimerTable } from "./timer-table.ts";

/** How long the person must pause before the draft is stored. */
const draftDelayMs = 300;

export interface DraftKeeperOptions {
  readonly timers: TimerTable;
  save(sessionId: SessionId, text: string): Promise<void>;
  /** What is in the session's editor now; null where it is not held any more. */
  textOf(sessionId: SessionId): string | null;
  /** Follows the saving that a pause began. */
  track(task: Promise<void>): void;
}

/** What the disk has not got yet: on the way there, or refused when it was tried last. */
interface Unstored {
  readonly text: string;
  isUnderWay: boolean;
}

/** Keeps what is being typed on disk: after each pause, when the session is left, at the end. */
export class DraftKeeper {
  readonly #options: DraftKeeperOptions;
  readonly #stored = new Map<SessionId, string>();
  /** With their text, as their editors may be held no more. */
  readonly #unstored = new Map<SessionId, Unstored>();
  /** Where the person paused last. */
  #paused: SessionId | null = null;

  constructor(options: DraftKeeperOptions) {
    this.#options = options;
  }

  /** The text came from the disk. */
  opened(sessionId: SessionId, text: string): void {
    if (!this.#stored.has(sessionId)) this.#stored.set(sessionId, text);
  }

  /** What was typed last, where the disk has something else; null: the disk has it. */
  unstored(sessionId: SessionId): string | null {
    return this.#unstored.get(sessionId)?.text ?? null;
  }

  changed(sessionId: SessionId, text: string): void {
    if (this.#isSeenTo(sessionId, text)) return;
    this.#paused = sessionId;
    this.#options.timers.start("draft", {
      delayMs: draftDelayMs,
      isWork: true,
      fire: () => {
        this.#options.track(this.save(sessionId));
      },
    });
  }

  /** Resolves when the editor's text is stored, and what could not be stored before has been tried again. */
  async save(sessionId: SessionId): Promise<void> {
    if (sessionId === this.#paused) this.#options.timers.stop("draft");
    const ids = [...new Set([sessionId, ...this.#unstored.keys()])];
    await settleSaves(
      sessionId,
      ids.map((id) => ({ sessionId: id, done: this.#store(id) })),
    );
  }

  /** It is stored, or on the way there. */
  #isSeenTo(sessionId: SessionId, text: string): boolean {
    const unstored = this.#unstored.get(sessionId);
    if (unstored === undefined) return text === (this.#stored.get(sessionId) ?? "");
    return unstored.isUnderWay && text === unstored.text;
  }

  async #store(sessionId: SessionId): Promise<void> {
    const before = this.#unstored.get(sessionId);
    const text = this.#options.textOf(sessionId) ?? before?.text;
    if (text === undefined || this.#isSeenTo(sessionId, text)) return;
    if (before?.isUnderWay === false && text === (this.#stored.get(sessionId) ?? "")) {
      this.#unstored.delete(sessionId);
      return;
    }
    const unstored = { text, isUnderWay: true };
    this.#unstored.set(sessionId, unstored);
    try {
      await this.#options.save(sessionId, text);
      this.#stored.set(sessionId, text);
      if (this.#unstored.get(sessionId) === unstored) this.#unstored.delete(sessionId);
    } finally {
      unstored.isUnderWay = false;
    }
  }

  forget(sessionId: SessionId): void {
    this.#stored.delete(sessionId);
    this.#unstored.delete(sessionId);
  }
}
