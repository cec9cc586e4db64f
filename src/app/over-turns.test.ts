import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { OverTurns } from "./over-turns.ts";

/** A try that has begun is over when its promises are. */
async function tried(): Promise<void> {
  for (let step = 0; step < 8; step += 1) await Promise.resolve();
}

test("a turn that is over is tried again after growing pauses until its row is gone", async () => {
  const clock = new ManualClock(0);
  const turns = new OverTurns(clock);
  const halfSeconds: number[] = [];
  turns.add(1, async () => {
    halfSeconds.push(clock.nowMs() / 500);
    if (halfSeconds.length < 9) throw new Error("locked");
  });
  for (let halfSecond = 0; halfSecond < 400; halfSecond += 1) {
    clock.advance(500);
    await tried();
  }
  assert.deepEqual(halfSeconds, [1, 3, 7, 15, 31, 63, 123, 183, 243]);
  assert.deepEqual([turns.has(1), clock.waitingCount], [false, 0]);
});

test("it is tried at once where somebody asks for it, and not any more once the process ends", async () => {
  const clock = new ManualClock();
  const turns = new OverTurns(clock);
  let tries = 0;
  turns.add(1, async () => {
    tries += 1;
    throw new Error("locked");
  });
  turns.tryNow(2);
  turns.tryNow(1);
  turns.tryNow(1);
  await tried();
  assert.deepEqual([tries, clock.waitingCount], [1, 1]);
  turns.tryNow(1);
  turns[Symbol.dispose]();
  await tried();
  assert.deepEqual([tries, turns.has(1), clock.waitingCount], [2, false, 0]);
});
