import assert from "node:assert/strict";
import { test } from "node:test";
import { waitWhileBusy } from "./wait-while-busy.ts";

const busy = Object.assign(new Error("database is locked"), { errcode: 5 });
const dayMs = 86_400_000;

/** Time passes only by waiting, and the clock jumps by `jumpMs` at each look. */
function jumpingClock(jumpMs: number): {
  nowMs: () => number;
  after: (delayMs: number, callback: () => void) => () => void;
} {
  let nowMs = 1_000_000;
  return {
    nowMs: () => (nowMs += jumpMs),
    after: (_delayMs, callback) => {
      setImmediate(callback);
      return () => undefined;
    },
  };
}

for (const [direction, jumpMs] of [
  ["forwards", dayMs],
  ["backwards", -dayMs],
] as const) {
  test(`a clock that jumps ${direction} neither ends the waiting nor prolongs it`, async () => {
    const wait = { clock: jumpingClock(jumpMs), random: () => 0.5, timeoutMs: 200 };
    let attempts = 0;
    const late = await waitWhileBusy(() => {
      attempts += 1;
      if (attempts < 6) throw busy;
      return "done";
    }, wait);
    assert.equal(late, "done");
    await assert.rejects(
      waitWhileBusy(() => {
        attempts += 1;
        throw busy;
      }, wait),
      busy,
    );
    assert.ok(attempts < 30, `${String(attempts)} attempts`);
  });
}
