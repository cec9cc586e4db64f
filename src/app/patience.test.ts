import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import type { JournalPort } from "../agent/ports.ts";
import { AppError } from "../lib/app-error.ts";
import { asSessionId } from "../schema/ids.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { WriteHandle } from "../store/handle.ts";
import type { Transactions } from "../store/store.ts";
import { Patience } from "./patience.ts";

const sessionId = asSessionId("s");
const full = new AppError("disk-full", "No space is left on the disk for the session database /x.");

/** A store whose transactions fail with these errors first. */
function failing(...errors: unknown[]): Transactions {
  return {
    read: () => assert.fail("nothing is read"),
    transact: async (fn) => {
      await Promise.resolve();
      if (errors.length > 0) throw errors.shift();
      return fn({} as WriteHandle);
    },
  };
}

interface Place {
  readonly patience: Patience;
  readonly clock: ManualClock;
  readonly events: LiveEvent[];
}

function place({ isPatient = true } = {}): Place {
  const clock = new ManualClock();
  const events: LiveEvent[] = [];
  return { clock, events, patience: new Patience({ clock, isPatient, emit: (event) => events.push(event) }) };
}

async function rest(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await promise;
}

test("what a full disk refuses is told, tried again, and told to be written", async () => {
  const { patience, clock, events } = place();
  const written = patience.store(failing(full, full), sessionId).transact(() => "kept");
  await rest();
  assert.deepEqual(events, [{ type: "storage-wait", sessionId, reason: "no space is left on the disk" }]);
  assert.equal(patience.reasonOf(sessionId), "no space is left on the disk");
  clock.advance(200);
  await rest();
  assert.equal(events.length, 1, "still waiting");
  clock.advance(400);
  assert.equal(await written, "kept");
  assert.deepEqual(events.at(-1), { type: "storage-ready", sessionId });
  assert.equal(patience.reasonOf(sessionId), null);
});

test("what waiting does not mend fails at once: a sync that failed comes after its commit", async () => {
  const { patience, events } = place();
  const failed = new AppError("input-output", "The disk did not confirm what was written to /x: EIO");
  await assert.rejects(
    patience.store(failing(failed), sessionId).transact(() => 1),
    failed,
  );
  assert.deepEqual(events, []);
});

test("where nobody is there to make room, and at the end of the program, it fails", async () => {
  const headless = place({ isPatient: false });
  await assert.rejects(
    headless.patience.store(failing(full), sessionId).transact(() => 1),
    full,
  );
  const { patience, events } = place();
  const written = patience.store(failing(full, full), sessionId).transact(() => 1);
  const rejected = assert.rejects(written, full);
  await rest();
  patience[Symbol.dispose]();
  await rejected;
  assert.deepEqual(
    events.map(({ type }) => type),
    ["storage-wait", "storage-ready"],
  );
});

test("a journal that is not written is told once, until it is", () => {
  const { patience, events } = place();
  const answers = [true, false, false, true];
  const port: JournalPort = {
    append: () => answers.shift() ?? true,
    close: () => undefined,
    remove: () => undefined,
  };
  const journal = patience.journal(port, sessionId);
  for (const expected of [true, false, false, true]) assert.equal(journal.append("x"), expected);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["storage-wait", "storage-ready"],
  );
});
