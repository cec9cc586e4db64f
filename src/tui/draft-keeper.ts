import type { SessionId } from "../schema/ids.ts";
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

/** Keeps what is being typed on disk: after each pause, when the session is left, at the end. */
export class DraftKeeper {
  readonly #options: DraftKeeperOptions;
  readonly #saved = new Map<SessionId, string>();
  /** Their drafts could not be stored when it was tried last. */
  readonly #unstored = new Set<SessionId>();
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

  /** Resolves when the editor's text is stored, and what could not be stored before. */
  async save(sessionId: SessionId): Promise<void> {
    if (sessionId === this.#paused) this.#options.timers.stop("draft");
    await Promise.all([...new Set([sessionId, ...this.#unstored])].map(async (id) => this.#store(id)));
  }

  async #store(sessionId: SessionId): Promise<void> {
    const before = this.#saved.get(sessionId) ?? "";
    const text = this.#options.textOf(sessionId);
    if (text === null || text === before) return;
    this.#saved.set(sessionId, text);
    this.#unstored.delete(sessionId);
    try {
      await this.#options.save(sessionId, text);
    } catch (error) {
      if (this.#saved.get(sessionId) === text) {
        this.#saved.set(sessionId, before);
        this.#unstored.add(sessionId);
      }
      throw error;
    }
  }

  forget(sessionId: SessionId): void {
    this.#saved.delete(sessionId);
    this.#unstored.delete(sessionId);
  }
}
