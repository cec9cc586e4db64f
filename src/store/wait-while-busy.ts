import type { Clock } from "../lib/clock.ts";
import { isBusy } from "./database-error.ts";

export interface BusyWait {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Milliseconds in all; the last busy error is thrown then. */
  readonly timeoutMs: number;
  /** Called once where it takes so long that somebody has to be told. */
  readonly onLong?: () => void;
}

const longMs = 1_000;

const firstDelayMs = 1;
const delayMsMax = 30;

/**
 * Calls `attempt` until it does not throw a busy error, waiting between the calls without blocking the event loop. The
 * delays grow, with jitter, so that several waiting processes don't keep step.
 */
export async function waitWhileBusy<T>(attempt: () => T, wait: BusyWait): Promise<T> {
  // Counted, not read from the clock: a clock that jumps must neither end the waiting nor prolong it.
  let waitedMs = 0;
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, delayMsMax)) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || waitedMs >= wait.timeoutMs) throw error;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const pauseMs = delayMs * (0.5 + wait.random());
    wait.clock.after(pauseMs, resolve);
    await promise;
    if (waitedMs < longMs && waitedMs + pauseMs >= longMs) wait.onLong?.();
    waitedMs += pauseMs;
  }
}
