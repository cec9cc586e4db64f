import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { LiveCommand, LiveTurn } from "./app.ts";
import type { ForeignChanges, ForeignParts } from "./foreign-changes.ts";
import { loadForeignChanges } from "./load-foreign-changes.ts";

/** The first frame comes before it. What happens until then is told of as well. */
const startMs = 150;

/** ForeignChanges, from a while after someone began to watch. */
export class LateForeignChanges {
  readonly #parts: ForeignParts;
  /** Opened before it was there. */
  readonly #opened = new Set<SessionId>();
  #changes: ForeignChanges | null = null;
  #cancelStart: (() => void) | null = null;
  #isDisposed = false;

  constructor(parts: ForeignParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancelStart ??= this.#parts.context.clock.after(startMs, () => {
      void this.#load();
    });
  }

  follow(sessionId: SessionId): void {
    if (this.#changes === null) this.#opened.add(sessionId);
    else this.#changes.follow(sessionId);
  }

  lookAtTurns(): void {
    this.#changes?.lookAtTurns();
  }

  liveTurn(sessionId: SessionId): LiveTurn | null {
    return this.#changes?.liveTurn(sessionId) ?? null;
  }

  liveCommands(sessionId: SessionId): readonly LiveCommand[] {
    return this.#changes?.liveCommands(sessionId) ?? [];
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#cancelStart?.();
    this.#changes?.[Symbol.dispose]();
    this.#changes = null;
  }

  async #load(): Promise<void> {
    const Changes = await loadForeignChanges();
    if (this.#isDisposed) return;
    try {
      this.#changes = new Changes(this.#parts, [...this.#opened]);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The database can't be read at the moment.
      this.#cancelStart = null;
      this.start();
    }
  }
}
