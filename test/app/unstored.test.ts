/** Locks that others hold too long, disks that do not confirm, clocks that jump: said, and nothing is lost. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { AppError } from "../../src/lib/app-error.ts";
import type { ModelEvent } from "../../src/providers/provider.ts";
import { LogSync } from "../../src/store/log-sync.ts";
import { openAppPlace, scriptedUsage } from "../harness/app-place.ts";
import { holdLock } from "../harness/hold-lock.ts";
import { SettableClock } from "../harness/open-test-store.ts";
import { assertStrict } from "../harness/strict-reader.ts";

const dayMs = 86_400_000;

/** Says `first`, then waits for `gate` with the rest. */
async function* inTwoParts(first: string, gate: Promise<void>): AsyncGenerator<ModelEvent> {
  yield { type: "text-start", blockId: "0" };
  yield { type: "text-delta", blockId: "0", text: first };
  await gate;
  yield { type: "text-delta", blockId: "0", text: " and the rest" };
  yield { type: "text-end", blockId: "0" };
  yield { type: "finish", reason: "end_turn", usage: scriptedUsage };
}

test("a lock that another program holds too long is named and marked; then all goes on", async (t) => {
  const gate = Promise.withResolvers<void>();
  const place = await openAppPlace(t, {
    answers: [() => inTwoParts("the beginning", gate.promise)],
    storeOptions: { lockTimeoutMs: 40 },
  });
  const { app } = place;
  const session = await app.createSession();
  const begun = Promise.withResolvers<void>();
  const marked = Promise.withResolvers<string>();
  app.watch((event) => {
    if (event.type === "text-delta") begun.resolve();
    if (event.type === "storage-wait") marked.resolve(event.reason);
  });
  const turn = app.sendPrompt(session.id, { text: "go", attachments: [] });
  await begun.promise;
  const lock = await holdLock(t, place.databasePath);
  gate.resolve();
  const reason = await marked.promise;
  assert.match(reason, /is locked by/u);
  if (existsSync("/proc/locks")) assert.match(reason, /locked by process \d+ \(/u);
  assert.equal(app.liveTurn(session.id)?.unstored, reason);
  await lock.release();
  const outcome = await turn;
  assert.equal(outcome.reason, "end_turn");
  assert.equal(place.events.at(-1)?.type === "storage-wait", false);
  assert.ok(place.events.some((event) => event.type === "storage-ready"));
  assert.match(JSON.stringify(place.transcript(session.id)), /the beginning and the rest/u);
  await place.close();
  assertStrict(place.databasePath);
});

test("one sync that fails is said; what was committed is there, and the session goes on", async (t) => {
  const failures = [null, new Error("EIO: i/o error, fdatasync")];
  let real: LogSync | null = null;
  const place = await openAppPlace(t, {
    answers: ["the first answer", "the second answer"],
    storeOptions: {
      logSync: {
        sync: async () => {
          const failure = failures.shift() ?? null;
          if (failure !== null) throw failure;
          await (real ??= new LogSync(place.databasePath)).sync();
        },
        close: async () => real?.close(),
      },
    },
  });
  const session = await place.app.createSession();
  await assert.rejects(place.say(session.id, "first"), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "input-output");
    assert.match(error.message, /did not confirm .*EIO/u);
    return true;
  });
  const outcome = await place.say(session.id, "second");
  assert.equal(outcome.text, "the second answer");
  assert.match(JSON.stringify(place.transcript(session.id)), /first.*the first answer.*second.*the second answer/u);
  await place.close();
  assertStrict(place.databasePath);
});

for (const [direction, byMs] of [
  ["forwards", dayMs],
  ["backwards", -dayMs],
] as const) {
  test(`a clock that jumps a day ${direction} between and in turns leaves the order of what was said`, async (t) => {
    const clock = new SettableClock(1_790_000_000_000);
    const place = await openAppPlace(t, {
      clock,
      answers: [
        "answer one",
        () => {
          clock.advance(byMs);
          return inTwoParts("answer two", Promise.resolve());
        },
        "answer three",
      ],
    });
    const session = await place.app.createSession();
    for (const [number, prompt] of ["one", "two", "three"].entries()) {
      if (number === 2) clock.advance(byMs);
      assert.equal((await place.say(session.id, `prompt ${prompt}`)).reason, "end_turn");
    }
    const said = place
      .transcript(session.id)
      .map(({ parts }) => JSON.stringify(parts.filter(({ type }) => type === "text")));
    assert.deepEqual(
      said.map((text) => /(?:prompt|answer) \w+/u.exec(text)?.[0]),
      ["prompt one", "answer one", "prompt two", "answer two", "prompt three", "answer three"],
    );
    const { metrics } = place.app.showSession(session.id);
    assert.ok(metrics.durationMs !== null && metrics.durationMs >= 0);
    await place.close();
    assertStrict(path.join(place.place.project, ".crush", "crush.db"));
  });
}
