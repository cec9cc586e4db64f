import type { Clock } from "../lib/clock.ts";

const firstPauseMs = 500;
const pauseMsMax = 30_000;

interface OverTurn {
  /** Takes its row away; rejects where that can't be done yet. */
  readonly remove: () => Promise<void>;
  pauseMs: number;
  isTrying: boolean;
  cancel: () => void;
}

/**
 * Turns of this process that are over, though their rows could not be taken away. For other processes they run as long as
 * this one lives: so it is tried again, after growing pauses, until it is done.
 */
export class OverTurns implements Disposable {
  readonly #clock: Clock;
  readonly #turns = new Map<number, OverTurn>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(fence: number): boolean {
    return this.#turns.has(fence);
  }

  add(fence: number, remove: () => Promise<void>): void {
    if (this.#turns.has(fence)) return;
    const turn = { remove, pauseMs: firstPauseMs, isTrying: false, cancel: (): void => undefined };
    this.#turns.set(fence, turn);
    this.#wait(fence, turn);
  }

  /** Somebody asks for one of them: its pause is over. */
  tryNow(fence: number): void {
    const turn = this.#turns.get(fence);
    if (turn === undefined || turn.isTrying) return;
    turn.cancel();
    void this.#try(fence, turn);
  }

  /** The process is about to end; with it, its turns are dead to all others. */
  [Symbol.dispose](): void {
    for (const { cancel } of this.#turns.values()) cancel();
    this.#turns.clear();
  }

  #wait(fence: number, turn: OverTurn): void {
    turn.cancel = this.#clock.after(turn.pauseMs, () => {
      void this.#try(fence, turn);
    });
    turn.pauseMs = Math.min(turn.pauseMs * 2, pauseMsMax);
  }

  async #try(fence: number, turn: OverTurn): Promise<void> {
    turn.isTrying = true;
    const isGone = await turn.remove().then(
      () => true,
      // Why it failed was told the first time.
      () => false,
    );
    turn.isTrying = false;
    if (isGone) this.#turns.delete(fence);
    else if (this.#turns.has(fence)) this.#wait(fence, turn);
  }
}
