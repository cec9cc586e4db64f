import { Terminal, type TerminalOptions } from "../term/terminal.ts";
import type { TerminalEvent } from "../term/terminal-event.ts";

const keptTypes: ReadonlySet<TerminalEvent["type"]> = new Set(["background", "focus", "closed"]);
const typedTypes: ReadonlySet<TerminalEvent["type"]> = new Set(["key", "paste", "mouse"]);

/**
 * The person's terminal, handed from one project's program to the next without being given back in between. What is typed
 * while neither has it waits for the next.
 */
export class SharedTerminal {
  readonly terminal: Terminal;
  #receive: ((event: TerminalEvent) => void) | null = null;
  #waiting: TerminalEvent[] = [];
  /** What the terminal tells once or when it changes, by kind: who comes later has to know it too. */
  readonly #told = new Map<TerminalEvent["type"], TerminalEvent>();

  /** Throws as Terminal.open. */
  constructor(options: Omit<TerminalOptions, "onEvent">) {
    this.terminal = Terminal.open({ ...options, onEvent: (event) => this.#accept(event) });
  }

  /** From now on the program gets what happens; what waits comes first, where it is not meant for a question that is open. */
  attach(receive: (event: TerminalEvent) => void, { takesTyped }: { readonly takesTyped: boolean }): void {
    const waiting = [
      ...this.#told.values(),
      ...this.#waiting.filter(({ type }) => takesTyped || !typedTypes.has(type)),
    ];
    this.#waiting = [];
    this.#receive = receive;
    for (const event of waiting) receive(event);
  }

  /** `typed`: what the program leaves for the next one. */
  detach(typed: readonly TerminalEvent[]): void {
    this.#receive = null;
    this.#waiting = [...typed];
  }

  close(): Promise<void> {
    return this.terminal.close();
  }

  #accept(event: TerminalEvent): void {
    const isKept = keptTypes.has(event.type);
    if (isKept) this.#told.set(event.type, event);
    if (this.#receive !== null) this.#receive(event);
    else if (!isKept) this.#waiting.push(event);
  }
}
