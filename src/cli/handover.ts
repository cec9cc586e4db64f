interface Closable {
  close(): Promise<void>;
}

/** A project that is open, and the terminal that shows it next. */
interface Next {
  readonly app: Closable;
  readonly terminal: Closable;
}

/** What the project that is left has opened for the one who shows the next. */
export class Handover<T extends Next> {
  #next: T | null = null;

  put(next: T): void {
    this.#next = next;
  }

  /** Null: nothing was handed on. Whoever takes it closes it. */
  take(): T | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }

  /** Closes the project that was left, before the next one is shown. Where that rejects, nothing is handed on any more. */
  async closeLeft(app: Closable): Promise<void> {
    try {
      await app.close();
    } catch (error) {
      const next = this.take();
      await next?.terminal.close();
      await next?.app.close();
      throw error;
    }
  }
}
