import { unreachable } from "../lib/assert.ts";
import type { TerminalEvent } from "../term/terminal-event.ts";
import type { DialogTable } from "./dialogs/dialog-module.ts";
import { loadDialogs } from "./dialogs/load-dialogs.ts";

const inputTypes: ReadonlySet<TerminalEvent["type"]> = new Set(["key", "paste", "mouse"]);

/** The dialogs, fetched after the first paint or when the first one opens. What is typed into one meanwhile waits. */
export class LateDialogs {
  #table: DialogTable | null;
  #loading: Promise<void> | null = null;
  #held: TerminalEvent[] = [];

  /** Given a table there is nothing to fetch. */
  constructor(table: DialogTable | null) {
    this.#table = table;
  }

  get table(): DialogTable | null {
    return this.#table;
  }

  /** For updates: a dialog gets no input before the table is there. */
  get tableForUpdates(): DialogTable {
    return this.#table ?? ((dialog) => unreachable(dialog as never));
  }

  get isMissing(): boolean {
    return this.#table === null && this.#loading === null;
  }

  async load(): Promise<void> {
    this.#loading ??= loadDialogs().then((table) => {
      this.#table = table;
    });
    await this.#loading;
  }

  /** True where the event waits for the dialogs. ctrl+c never does. */
  holds(event: TerminalEvent, { isDialogOpen }: { readonly isDialogOpen: boolean }): boolean {
    if (this.#table !== null || !inputTypes.has(event.type)) return false;
    if (event.type === "key" && event.key.name === "ctrl+c") return false;
    if (!isDialogOpen && this.#held.length === 0) return false;
    this.#held.push(event);
    return true;
  }

  /** What has waited, in its order; once. */
  takeHeld(): readonly TerminalEvent[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
