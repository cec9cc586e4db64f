/** Turns that the program itself began and nobody waits for, until the program is about to end. */
export class StartedTurns {
  readonly #running = new Set<Promise<void>>();

  get count(): number {
    return this.#running.size;
  }

  /** `turn` must not reject but with a bug. */
  add(turn: Promise<void>): void {
    const running = turn.finally(() => {
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  /** Resolves when none runs any more, those that they began included. */
  async finish(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
