import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { ModelFailure } from "../providers/provider.ts";
import { attemptsMax, retryDelayMs } from "./retry-delay.ts";

const busy: ModelFailure = { kind: "overloaded", message: "busy", isRetryable: true };

describe("retryDelayMs", () => {
  test("pauses double to a minute, spread by a quarter to both sides, then it gives up", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, jitter) => {
          const delay = retryDelayMs(busy, attempt, jitter);
          if (attempt >= attemptsMax) {
            assert.equal(delay, null);
            return;
          }
          const middle = Math.min(1_000 * 2 ** (attempt - 1), 60_000);
          assert.ok(delay !== null && Number.isInteger(delay) && delay >= middle * 0.75 && delay <= middle * 1.25);
        },
      ),
      { seed: 1 },
    );
  });

  test("what will not pass is not tried again", () => {
    assert.equal(retryDelayMs({ ...busy, isRetryable: false }, 1, 0), null);
    assert.equal(retryDelayMs({ ...busy, isRetryable: false, retryAfterMs: 1 }, 1, 0), null);
  });

  test("retry-after is kept to the letter, up to ten minutes, unless it is shorter than the usual pause", () => {
    const after = (retryAfterMs: number, attempt = 1): number | null =>
      retryDelayMs({ ...busy, retryAfterMs }, attempt, 0.5);
    assert.deepEqual([after(1_234), after(600_000), after(600_001)], [1_234, 600_000, null]);
    assert.deepEqual([after(0), after(0, 3), after(3_999, 3), after(30_000, 3)], [1_000, 4_000, 4_000, 30_000]);
    assert.equal(after(1_000, attemptsMax), null);
  });

  test("a retry-after that is no time counts as none", () => {
    for (const retryAfterMs of [Number.NaN, -5, Number.NEGATIVE_INFINITY]) {
      assert.equal(retryDelayMs({ ...busy, retryAfterMs }, 1, 0.5), 1_000);
    }
    assert.equal(retryDelayMs({ ...busy, retryAfterMs: Number.POSITIVE_INFINITY }, 1, 0.5), null);
  });
});
