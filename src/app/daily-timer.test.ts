import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import { asSessionId } from "../schema/ids.ts";
import { keepBackups } from "./daily-timer.ts";

function start() {
  const clock = new ManualClock();
  const seen = { asked: 0, isBusy: false };
  const keepDaily = () => {
    seen.asked += 1;
    return Promise.resolve("recent" as const);
  };
  const runningSessions = () => (seen.isBusy ? [asSessionId("one")] : []);
  const stop = keepBackups({ backups: { keepDaily }, runningSessions }, clock);
  return { clock, seen, stop };
}

test("a backup is asked for after the start, then each hour, until the program ends", async () => {
  const { clock, seen, stop } = start();
  assert.equal(seen.asked, 0);
  clock.advance(10_000);
  assert.equal(seen.asked, 1);
  await Promise.resolve();
  clock.advance(3_600_000);
  assert.equal(seen.asked, 2);
  await Promise.resolve();
  stop();
  clock.advance(3_600_000);
  assert.equal(seen.asked, 2);
});

test("it waits while a session is at work, but not for ever", async () => {
  const { clock, seen } = start();
  seen.isBusy = true;
  clock.advance(10_000);
  clock.advance(30_000);
  assert.equal(seen.asked, 0);
  seen.isBusy = false;
  clock.advance(30_000);
  assert.equal(seen.asked, 1);
  await Promise.resolve();
  seen.isBusy = true;
  clock.advance(3_600_000);
  for (let delay = 0; delay < 19; delay += 1) clock.advance(30_000);
  assert.equal(seen.asked, 1);
  clock.advance(30_000);
  assert.equal(seen.asked, 2);
});
