/** For threads that draw nothing, and so may block. */
import { isBusy } from "./database-error.ts";

const busyMsMax = 30_000;

/** Does the work again until no lock is in its way, for 30 s at most. */
export function whileBusy<T>(work: () => T): T {
  const startMs = performance.now();
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() - startMs > busyMsMax) throw error;
    }
    pause(1 + Math.random() * 30);
  }
}

export function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
