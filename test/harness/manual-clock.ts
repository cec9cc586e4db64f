import type { Clock } from "../../src/lib/clock.ts";

interface Alarm {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Time that stands still until the test moves it. */
export class ManualClock implements Clock {
  #timeMs: number;
  readonly #alarms = new Set<Alarm>();

  constructor(timeMs = 1_780_000_000_000) {
    this.#timeMs = timeMs;
  }

  nowMs(): number {
    return this.#timeMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm = { dueMs: this.#timeMs + delayMs, callback };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** How many callbacks wait: none while a program does nothing. */
  get waitingCount(): number {
    return this.#alarms.size;
  }

  /** Moves on, calling what falls due in its order. */
  advance(byMs: number): void {
    const endMs = this.#timeMs + byMs;
    for (;;) {
      const [next] = [...this.#alarms].filter((alarm) => alarm.dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#alarms.delete(next);
      this.#timeMs = Math.max(this.#timeMs, next.dueMs);
      next.callback();
    }
    this.#timeMs = endMs;
  }
}
