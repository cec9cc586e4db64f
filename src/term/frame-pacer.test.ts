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

/** `costMs`: how long painting takes. */
function createPacer({ costMs = 0 } = {}) {
  const { clock, advance } = createClock();
  const painted: number[] = [];
  const paint = () => {
    painted.push(clock.nowMs());
    advance(costMs);
  };
  return { pacer: createFramePacer({ clock, paint }), painted, advance };
}

test("many changes make one frame each 50 ms", () => {
  const { pacer, painted, advance } = createPacer();
  for (let time = 0; time < 101; time++) {
    pacer.request();
    advance(1);
  }
  assert.deepEqual(painted, [1001, 1051, 1101]);
});

function intervalsOf({ costMs }: { readonly costMs: number }): number[] {
  const { pacer, painted, advance } = createPacer({ costMs });
  for (let time = 0; time < 5000; time++) {
    pacer.request();
    advance(1);
  }
  return painted
    .slice(-10)
    .map((atMs, index, all) => atMs - (all[index - 1] ?? atMs))
    .slice(1);
}

test("costly frames come less often, but ten times a second", () => {
  assert.ok(intervalsOf({ costMs: 2 }).every((intervalMs) => intervalMs > 70 && intervalMs < 90));
  assert.ok(intervalsOf({ costMs: 30 }).every((intervalMs) => intervalMs > 95 && intervalMs <= 102));
});

test("a clock that jumps back does not hold frames up", () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request();
  advance(1);
  advance(-86_400_000);
  pacer.request();
  advance(50);
  assert.equal(painted.length, 2);
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
