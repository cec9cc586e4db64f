import type { Clock } from "../lib/clock.ts";

export interface FramePacer {
  /** Something changed: a frame within `intervalMs` of the one before. */
  request(): void;
  /** The person did something: a frame as soon as the input at hand is worked off. */
  requestNow(): void;
  /** No frame after this. */
  stop(): void;
}

/** 20 frames a second at most: what streams is read, not played. Keys do not wait for it. */
const frameIntervalMinMs = 50;
/** Frames of what streams take at most so much of a processor. */
const frameShareMax = 0.025;
/** Of what is counted: what streams moves ten times a second at least. */
const frameCostMaxMs = 2.5;
/** How much of the estimated cost each new frame makes up: one slow frame alone changes little. */
const newestWeight = 0.1;

/** Gathers changes into frames: at most one each 50 ms (100 ms where they are costly) for what streams in, one at once for a key. */
export function createFramePacer(options: { readonly clock: Clock; readonly paint: () => void }): FramePacer {
  const { clock, paint } = options;
  let lastPaintMs = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;
  let isStopped = false;
  let isPaintDue = false;
  let costMs = 0;

  /** However the clock jumps. */
  const dueInMs = () => {
    const intervalMs = Math.max(frameIntervalMinMs, costMs / frameShareMax);
    return Math.max(0, Math.min(intervalMs, lastPaintMs + intervalMs - clock.nowMs()));
  };

  const paintNow = () => {
    cancelTimer?.();
    cancelTimer = null;
    isPaintDue = false;
    if (isStopped) return;
    lastPaintMs = clock.nowMs();
    paint();
    const newestMs = Math.max(0, Math.min(frameCostMaxMs, clock.nowMs() - lastPaintMs));
    costMs += newestWeight * (newestMs - costMs);
  };

  return {
    request: () => {
      if (isStopped || isPaintDue || cancelTimer !== null) return;
      cancelTimer = clock.after(dueInMs(), paintNow);
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
