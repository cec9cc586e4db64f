import type { Clock } from "../lib/clock.ts";

interface RunningTimer {
  readonly cancel: () => void;
  readonly isWork: boolean;
}

export interface TimerInput {
  readonly delayMs: number;
  /** The program counts as busy until it has fired. */
  readonly isWork: boolean;
  readonly fire: () => void;
}

/** Timers by name: starting one that runs starts it anew. */
export class TimerTable implements Disposable {
  readonly #clock: Clock;
  readonly #running = new Map<string, RunningTimer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get hasWork(): boolean {
    return [...this.#running.values()].some((timer) => timer.isWork);
  }

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  start(name: string, input: TimerInput): void {
    this.stop(name);
    const cancel = this.#clock.after(input.delayMs, () => {
      this.#running.delete(name);
      input.fire();
    });
    this.#running.set(name, { cancel, isWork: input.isWork });
  }

  stop(name: string): void {
    this.#running.get(name)?.cancel();
    this.#running.delete(name);
  }

  [Symbol.dispose](): void {
    for (const name of this.#running.keys()) this.stop(name);
  }
}
