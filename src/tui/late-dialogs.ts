import { unreachable } from "../lib/assert.ts";
import type { DialogTable } from "./dialogs/dialog-module.ts";
import { loadDialogs } from "./dialogs/load-dialogs.ts";

/** The dialogs, fetched after the first paint or when the first one opens. What is typed into one meanwhile waits. */
export class LateDialogs {
  #table: DialogTable | null;
  #loading: Promise<void> | null = null;

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
}
