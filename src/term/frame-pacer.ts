import type { Clock } from "../lib/clock.ts";

/**
 * When a frame is wanted. `now`: the person did something; as soon as the input at hand is worked off, beside those that are
 * due. `soon`: something changed; not long after the one before. `at-rest`: something moves by itself; only where no frame
 * has shown that for a while.
 */
export type FrameTime = "now" | "soon" | "at-rest";

export interface FramePacer {
  /** See FrameTime. */
  request(when: FrameTime): void;
  /** No frame after this. */
  stop(): void;
}

/** `isBetween`: painted for a key, while a frame for what streams is due in a moment anyway. */
export interface FrameKind {
  readonly isBetween: boolean;
}

/** 20 frames a second at most: what streams is read, not played. Keys do not wait for it. */
const frameIntervalMinMs = 50;
/** Frames of what streams take at most so much of a processor. */
const frameShareMax = 0.02;
/** Of what is counted: what streams moves ten times a second at least. */
const frameCostMaxMs = 2;
/** Without a frame for so long, nothing else moves. Less than a spinner's step, so that none is left out at rest. */
const restMs = 150;
/** How much of the estimated cost each new frame makes up: one slow frame alone changes little. */
const newestWeight = 0.1;

export interface FramePacerOptions {
  readonly clock: Clock;
  readonly paint: (kind: FrameKind) => void;
}

/** Gathers changes into frames: at most one each 50 ms (100 ms where they are costly) for what streams in, one at once for a key. */
export function createFramePacer({ clock, paint }: FramePacerOptions): FramePacer {
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

  const paintWhole = () => {
    cancelTimer = null;
    lastPaintMs = clock.nowMs();
    paint({ isBetween: false });
    const newestMs = Math.max(0, Math.min(frameCostMaxMs, clock.nowMs() - lastPaintMs));
    costMs += newestWeight * (newestMs - costMs);
  };

  const requestSoon = () => {
    // A frame for a key that is about to be painted shows this, too.
    if (!isPaintDue) cancelTimer ??= clock.after(dueInMs(), paintWhole);
  };

  const requestNow = () => {
    if (isPaintDue) return;
    isPaintDue = true;
    queueMicrotask(() => {
      isPaintDue = false;
      if (isStopped) return;
      if (cancelTimer === null) paintWhole();
      else paint({ isBetween: true });
    });
  };

  return {
    request: (when) => {
      if (isStopped) return;
      if (when === "now") requestNow();
      else if (when === "soon" || Math.abs(clock.nowMs() - lastPaintMs) >= restMs) requestSoon();
    },
    stop: () => {
      isStopped = true;
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}
