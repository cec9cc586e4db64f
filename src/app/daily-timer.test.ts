import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { keepBackups } from "./daily-timer.ts";

test("a backup is asked for after the start, then each hour, until the program ends", async () => {
  const clock = new ManualClock();
  let asked = 0;
  const stop = keepBackups(
    {
      keepDaily: () => {
        asked += 1;
        return Promise.resolve("recent");
      },
    },
    clock,
  );
  assert.equal(asked, 0);
  clock.advance(10_000);
  assert.equal(asked, 1);
  await Promise.resolve();
  clock.advance(3_600_000);
  assert.equal(asked, 2);
  await Promise.resolve();
  stop();
  clock.advance(3_600_000);
  assert.equal(asked, 2);
});
