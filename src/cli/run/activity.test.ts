import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../../test/harness/manual-clock.ts";
import { asMessageId, asSessionId } from "../../schema/ids.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import { type Activity, retryLog, spinner, verboseLog } from "./activity.ts";

const sessionId = asSessionId("one");

function makePlace() {
  const clock = new ManualClock();
  const place = {
    clock,
    errors: "",
    io: {
      columns: 60,
      writeError: (text: string): void => {
        place.errors += text;
      },
    },
    waitFor: (activity: Activity, delayMs: number): void => {
      const wait = { attempt: 2, dueAtMs: clock.nowMs() + delayMs, reason: `busy\u001b[2J${" and".repeat(20)}` };
      const event: SessionEvent = { type: "retry-wait", sessionId, messageId: asMessageId("m"), ...wait };
      activity.event(event);
    },
    /** What stands on the line. */
    shown: () => place.errors.slice(place.errors.lastIndexOf("\u001b[2K") + 4).replace(/^\S+ /u, ""),
  };
  return place;
}

test("on a terminal the wait for another try is counted down", () => {
  const { clock, io, waitFor, shown } = makePlace();
  const activity = spinner(io, clock);
  waitFor(activity, 2500);
  const seen = [shown()];
  for (let second = 0; second < 3; second += 1) {
    clock.advance(1000);
    seen.push(shown());
  }
  assert.deepEqual(
    seen.map((text) => text.slice(0, "Trying again in 3 s".length)),
    ["Trying again in 3 s", "Trying again in 2 s", "Trying again in 1 s", "Trying again in 0 s"],
  );
  activity.event({ type: "text-delta", sessionId, messageId: asMessageId("m"), text: "x" });
  assert.equal(shown(), "");
  assert.equal(clock.waitingCount, 0);
});

test("where no terminal is each wait is a line, with -v too", () => {
  const plain = makePlace();
  const log = retryLog(plain.io, plain.clock);
  plain.waitFor(log, 6000);
  log.event({ type: "step-start", sessionId, messageId: asMessageId("m"), step: 0 });
  assert.match(plain.errors, /^Trying again in 6 s: busy.*\n$/u);
  assert.ok(!plain.errors.includes("\u001b"));
  const verbose = makePlace();
  verbose.waitFor(verboseLog(verbose.io, verbose.clock), 6000);
  assert.match(verbose.errors, /^retry 2: Trying again in 6 s: busy.*\n$/u);
});
