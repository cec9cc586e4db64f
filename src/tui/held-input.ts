import type { TerminalEvent } from "../term/terminal-event.ts";

const inputTypes: ReadonlySet<TerminalEvent["type"]> = new Set(["key", "paste", "mouse"]);

export interface HeldInputOptions {
  /** A dialog is open that can't take input yet. */
  isDialogAwaited(): boolean;
  /** The person is asked whether to quit: that can be said at any time. */
  isQuitAsked(): boolean;
  handle(event: TerminalEvent): void;
}

/** Input that came before what it is meant for: a dialog that is being fetched, a session that is being made. */
export class HeldInput {
  readonly #options: HeldInputOptions;
  #held: TerminalEvent[] = [];
  #makingCount = 0;

  constructor(options: HeldInputOptions) {
    this.#options = options;
  }

  /** True where the event waits, as do those after it. ctrl+c never does, and takes back what waits. */
  holds(event: TerminalEvent): boolean {
    if (!inputTypes.has(event.type)) return false;
    if (event.type === "key" && event.key.name === "ctrl+c") {
      this.#held = [];
      return false;
    }
    if (!this.#isAwaited && this.#held.length === 0) return false;
    this.#held.push(event);
    return true;
  }

  /** Hands on what has waited, in its order. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const event of held) this.#options.handle(event);
  }

  /** Holds the input while a session is being made. What was meant for one that could not be made goes nowhere else. */
  async making<T>(make: () => Promise<T>): Promise<T> {
    this.#makingCount += 1;
    try {
      return await make();
    } catch (error) {
      this.#held = [];
      throw error;
    } finally {
      this.#makingCount -= 1;
      this.release();
    }
  }

  get #isAwaited(): boolean {
    return this.#options.isDialogAwaited() || (this.#makingCount > 0 && !this.#options.isQuitAsked());
  }
}
