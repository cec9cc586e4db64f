import type { TerminalEvent } from "../term/terminal-event.ts";

const inputTypes: ReadonlySet<TerminalEvent["type"]> = new Set(["key", "paste", "mouse"]);

export interface HeldInputOptions {
  /** A dialog is open that can't take input yet. */
  isDialogAwaited(): boolean;
  /** The person is asked whether to quit: that can be said at any time. */
  isQuitAsked(): boolean;
  /** Another project is being opened: what is typed is meant for it. */
  isEntering(): boolean;
  handle(event: TerminalEvent): void;
}

/** Input that came before what it is meant for: a dialog that is being fetched, a session that is being made, another project. */
export class HeldInput {
  readonly #options: HeldInputOptions;
  #held: TerminalEvent[] = [];
  #makingCount = 0;

  constructor(options: HeldInputOptions) {
    this.#options = options;
  }

  /** True where the event waits, as do those after it. What leads out (ctrl+c) never does, and takes back what waits. */
  holds(event: TerminalEvent): boolean {
    if (!inputTypes.has(event.type)) return false;
    if (event.type === "key" && this.#leadsOut(event.key.name)) {
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

  get waiting(): readonly TerminalEvent[] {
    return this.#held;
  }

  /** What has waited goes nowhere. */
  drop(): void {
    this.#held = [];
  }

  #leadsOut(key: string): boolean {
    return key === "ctrl+c" || (key === "escape" && this.#options.isEntering());
  }

  get #isAwaited(): boolean {
    const isOnTheWay = this.#makingCount > 0 || this.#options.isEntering();
    return this.#options.isDialogAwaited() || (isOnTheWay && !this.#options.isQuitAsked());
  }
}
