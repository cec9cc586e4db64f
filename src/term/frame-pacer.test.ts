import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../lib/clock.ts";
import { createFramePacer } from "./frame-pacer.ts";

/** A clock that moves by hand. */
function createClock() {
  let nowMs = 1000;
  let timers: { readonly dueMs: number; readonly callback: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    after: (delayMs, callback) => {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  const advance = (byMs: number) => {
    nowMs += byMs;
    const due = timers.filter((timer) => timer.dueMs <= nowMs);
    timers = timers.filter((timer) => timer.dueMs > nowMs);
    for (const timer of due) timer.callback();
  };
  return { clock, advance };
}

function createPacer() {
  const { clock, advance } = createClock();
  const painted: number[] = [];
  const pacer = createFramePacer({ clock, paint: () => painted.push(clock.nowMs()) });
  return { pacer, painted, advance };
}

test("many changes make one frame each 50 ms", () => {
  const { pacer, painted, advance } = createPacer();
  for (let time = 0; time < 101; time++) {
    pacer.request();
    advance(1);
  }
  assert.deepEqual(painted, [1001, 1051, 1101]);
});

test("a key is painted at once, several of one moment together", async () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request();
  advance(1);
  pacer.requestNow();
  pacer.requestNow();
  pacer.request();
  assert.deepEqual(painted, [1001]);
  await Promise.resolve();
  assert.deepEqual(painted, [1001, 1001]);
  advance(100);
  assert.deepEqual(painted, [1001, 1001]);
});

test("after stop nothing is painted", async () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request();
  pacer.requestNow();
  pacer.stop();
  await Promise.resolve();
  advance(100);
  pacer.requestNow();
  await Promise.resolve();
  assert.deepEqual(painted, []);
});
