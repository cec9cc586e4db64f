/** Time as a port: tests hand in a fake one. */
export interface Clock {
  /** Unix time in milliseconds. */
  nowMs(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Unix seconds, as every column of Crush's tables holds them (integers; a fraction makes a row unreadable to Crush). */
export function unixSeconds(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}
