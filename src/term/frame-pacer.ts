import type { Clock } from "../lib/clock.ts";

export interface FramePacer {
  /** Something changed: a frame within `intervalMs` of the one before. */
  request(): void;
  /** The person did something: a frame as soon as the input at hand is worked off. */
  requestNow(): void;
  /** No frame after this. */
  stop(): void;
}

/** 20 frames a second: what streams is read, not played. Keys do not wait for it. */
const frameIntervalMs = 50;

/** Gathers changes into frames: at most one each 50 ms for what streams in, one at once for a key. */
export function createFramePacer(options: { readonly clock: Clock; readonly paint: () => void }): FramePacer {
  const { clock, paint } = options;
  let lastPaintMs = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;
  let isStopped = false;
  let isPaintDue = false;

  const paintNow = () => {
    cancelTimer?.();
    cancelTimer = null;
    isPaintDue = false;
    if (isStopped) return;
    lastPaintMs = clock.nowMs();
    paint();
  };

  return {
    request: () => {
      if (isStopped || isPaintDue || cancelTimer !== null) return;
      cancelTimer = clock.after(Math.max(0, lastPaintMs + frameIntervalMs - clock.nowMs()), paintNow);
    },
    requestNow: () => {
      if (isStopped || isPaintDue) return;
      isPaintDue = true;
      queueMicrotask(paintNow);
    },
    stop: () => {
      isStopped = true;
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}
