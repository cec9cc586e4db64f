import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../lib/clock.ts";
import { createFramePacer, type FrameKind } from "./frame-pacer.ts";

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
  const between: number[] = [];
  const paint = ({ isBetween }: FrameKind) => {
    (isBetween ? between : painted).push(clock.nowMs());
    advance(costMs);
  };
  return { pacer: createFramePacer({ clock, paint }), painted, between, advance };
}

test("many changes make one frame each 50 ms", () => {
  const { pacer, painted, advance } = createPacer();
  for (let time = 0; time < 101; time++) {
    pacer.request("soon");
    advance(1);
  }
  assert.deepEqual(painted, [1001, 1051, 1101]);
});

function intervalsOf({ costMs }: { readonly costMs: number }): number[] {
  const { pacer, painted, advance } = createPacer({ costMs });
  for (let time = 0; time < 5000; time++) {
    pacer.request("soon");
    advance(1);
  }
  return painted
    .slice(-10)
    .map((atMs, index, all) => atMs - (all[index - 1] ?? atMs))
    .slice(1);
}

test("costly frames come less often, but ten times a second", () => {
  assert.ok(intervalsOf({ costMs: 1.5 }).every((intervalMs) => intervalMs > 70 && intervalMs < 90));
  assert.ok(intervalsOf({ costMs: 30 }).every((intervalMs) => intervalMs > 95 && intervalMs <= 102));
});

test("a clock that jumps back does not hold frames up", () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request("soon");
  advance(1);
  advance(-86_400_000);
  pacer.request("soon");
  advance(50);
  assert.equal(painted.length, 2);
});

test("a key is painted at once, several of one moment together", async () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request("soon");
  advance(1);
  pacer.request("now");
  pacer.request("now");
  pacer.request("soon");
  assert.deepEqual(painted, [1001]);
  await Promise.resolve();
  assert.deepEqual(painted, [1001, 1001]);
  advance(100);
  assert.deepEqual(painted, [1001, 1001]);
});

test("a key does not wait for the frame that is due, nor does that frame move", async () => {
  const { pacer, painted, between, advance } = createPacer();
  pacer.request("soon");
  advance(1);
  pacer.request("soon");
  for (let key = 0; key < 3; key++) {
    pacer.request("now");
    await Promise.resolve();
    advance(10);
  }
  assert.deepEqual(between, [1001, 1011, 1021]);
  advance(20);
  assert.deepEqual(painted, [1001, 1051]);
});

test("what moves by itself needs no frame where others come anyway", () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request("soon");
  for (let time = 0; time < 500; time += 10) {
    advance(10);
    if (time < 100) pacer.request("soon");
    pacer.request("at-rest");
  }
  assert.deepEqual(painted, [1010, 1060, 1110, 1270, 1430]);
});

test("after stop nothing is painted", async () => {
  const { pacer, painted, advance } = createPacer();
  pacer.request("soon");
  pacer.request("now");
  pacer.stop();
  await Promise.resolve();
  advance(100);
  pacer.request("now");
  await Promise.resolve();
  assert.deepEqual(painted, []);
});
