import type { SessionId } from "../schema/ids.ts";
import type { TimerTable } from "./timer-table.ts";

/** How long the person must pause before the draft is stored. */
const draftDelayMs = 300;

export interface DraftKeeperOptions {
  readonly timers: TimerTable;
  save(sessionId: SessionId, text: string): Promise<void>;
  /** What is in the session's editor now. */
  textOf(sessionId: SessionId): string;
  /** Follows the saving that a pause began. */
  track(task: Promise<void>): void;
}

/** Keeps what is being typed on disk: after each pause, when the session is left, at the end. */
export class DraftKeeper {
  readonly #options: DraftKeeperOptions;
  readonly #saved = new Map<SessionId, string>();
  /** Where the person paused last. */
  #paused: SessionId | null = null;

  constructor(options: DraftKeeperOptions) {
    this.#options = options;
  }

  /** The text came from the disk. */
  opened(sessionId: SessionId, text: string): void {
    if (!this.#saved.has(sessionId)) this.#saved.set(sessionId, text);
  }

  changed(sessionId: SessionId, text: string): void {
    if (text === this.#saved.get(sessionId)) return;
    this.#paused = sessionId;
    this.#options.timers.start("draft", {
      delayMs: draftDelayMs,
      isWork: true,
      fire: () => {
        this.#options.track(this.save(sessionId));
      },
    });
  }

  /** Resolves when the editor's text is stored. */
  async save(sessionId: SessionId): Promise<void> {
    if (sessionId === this.#paused) this.#options.timers.stop("draft");
    const text = this.#options.textOf(sessionId);
    if (text === (this.#saved.get(sessionId) ?? "")) return;
    this.#saved.set(sessionId, text);
    await this.#options.save(sessionId, text);
  }

  forget(sessionId: SessionId): void {
    this.#saved.delete(sessionId);
  }
}
