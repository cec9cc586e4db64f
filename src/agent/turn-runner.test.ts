import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import {
  busyFailure,
  call,
  fail,
  halfText,
  hangAfter,
  keyFailure,
  say,
  stepUsage,
  turnSessionId,
  TurnWorld,
} from "../../test/harness/turn-world.ts";
import type { Answer, WorldOptions } from "../../test/harness/turn-world.ts";
import { AppError } from "../lib/app-error.ts";
import type { ModelEvent } from "../providers/provider.ts";
import { asMessageId, asToolCallId } from "../schema/ids.ts";
import { TurnRunner } from "./turn-runner.ts";
import type { TurnResult } from "./turn-runner.ts";

/** Runs one turn; `cancelAt`: the first port call at which the person cancels. */
async function play(
  answers: Answer[],
  options: Partial<WorldOptions> & { readonly cancelAt?: string } = {},
): Promise<{ readonly world: TurnWorld; readonly result: TurnResult }> {
  const { cancelAt, ...others } = options;
  const world = new TurnWorld({
    ...others,
    answers,
    before: (what) => {
      if (what === cancelAt) runner.cancel();
      others.before?.(what);
    },
  });
  const runner = new TurnRunner(turnSessionId, world.ports);
  return { world, result: await world.settle(runner.run()) };
}

describe("TurnRunner", () => {
  test("runs calls, then asks again, and adds up the usage of all requests", async () => {
    const { world, result } = await play([call(["a", "view", "{}"], ["b", "ask", "{}"]), say("fine")]);
    assert.deepEqual(world.writes, [
      "messages",
      "row m1",
      "finish m1 tool_use",
      "run a",
      "result a",
      "run b",
      "result b",
      "messages",
      "row m2",
      "finish m2 end_turn",
    ]);
    assert.equal(result.text, "fine");
    assert.deepEqual(result.usage, { ...stepUsage, inputTokens: 20, outputTokens: 10 });
  });

  test("a turn that is taken up again answers the open calls of its step, then asks the model", async () => {
    const world = new TurnWorld({ answers: [say("fine")] });
    const calls = [
      { call: { id: asToolCallId("a"), name: "view", input: "{}" }, isAnswered: true },
      { call: { id: asToolCallId("b"), name: "ask", input: "{}" }, isAnswered: false },
    ];
    const step = { messageId: asMessageId("m0"), calls };
    const result = await world.settle(new TurnRunner(turnSessionId, world.ports).resume(step));
    assert.deepEqual(world.writes, ["run b", "result b", "messages", "row m1", "finish m1 end_turn"]);
    assert.deepEqual([result.reason, result.text], ["end_turn", "fine"]);
    const stopped = new TurnWorld({ answers: [] });
    stopped.rows.push({ id: "m0", parts: [], finish: "tool_use", result: null, answers: new Map() });
    const runner = new TurnRunner(turnSessionId, stopped.ports);
    const end = runner.resume(step);
    runner.cancel();
    assert.equal((await stopped.settle(end)).reason, "canceled");
    assert.deepEqual(stopped.writes, ["result b error", "mark m0"]);
  });

  test("a failed try is discarded and booked, the next one uses the same row", async () => {
    const { world, result } = await play([fail(busyFailure, ...halfText), say("whole")]);
    assert.deepEqual(world.writes, ["messages", "row m1", "discard m1 overloaded", "finish m1 end_turn"]);
    assert.deepEqual(world.rows[0]?.parts, [{ type: "text", text: "whole" }]);
    assert.equal(result.text, "whole");
    assert.ok(result.usage.isEstimated, "what the failed try had sent is counted, as an estimate");
    const wait = world.live.find((event) => event.type === "retry-wait");
    assert.deepEqual([wait?.attempt, wait?.reason], [1, "busy"]);
  });

  test("a failure for good keeps what came, answers its calls and says why", async () => {
    const started: ModelEvent = { type: "tool-call-start", toolCallId: asToolCallId("a"), name: "view" };
    const { world, result } = await play([fail(keyFailure, ...halfText, started)]);
    assert.deepEqual([result.reason, result.failure?.kind, result.text], ["error", "auth", "half"]);
    const row = world.rows[0];
    assert.deepEqual(
      [row?.finish, row?.result?.finish.message, row?.result?.record?.outcome],
      ["error", "wrong key", "auth"],
    );
    assert.equal(row?.answers.get("a")?.length, 1);
  });

  test("a stream that breaks off without a word is tried again", async () => {
    const nothing: Answer = () => fail(busyFailure)(new AbortController().signal);
    const brokenOff: Answer = async function* () {
      yield* halfText;
    };
    const { world, result } = await play([brokenOff, nothing, say("whole")]);
    assert.deepEqual([result.text, world.rows.length], ["whole", 1]);
    assert.ok(world.log.includes("discard m1 protocol"));
  });

  test("two calls with one id become two, invalid arguments become an empty object on disk", async () => {
    const { world } = await play([call(["x", "view", "{oops"], ["x", "view", "{}"])]);
    const ids = world.rows[0]?.parts.map((part) => (part.type === "tool_call" ? `${part.id} ${part.input}` : ""));
    assert.deepEqual(ids, ["x {}", "x_1 {}"]);
    assert.deepEqual([...(world.rows[0]?.answers.keys() ?? [])].toSorted(), ["x", "x_1"]);
  });

  test("a tool that throws is reported and answered", async () => {
    const { world, result } = await play([call(["a", "view", "{}"])], {
      before: (what) => {
        if (what === "run a") throw new Error("bug inside");
      },
    });
    assert.equal(result.reason, "end_turn");
    assert.match(String(world.bugs[0]), /bug inside/u);
    assert.equal(world.rows[0]?.answers.get("a")?.[0]?.isError, true);
  });
});

describe("TurnRunner, canceled", () => {
  test("in mid-answer: what came is kept and marked, usage is an estimate", async () => {
    const { world, result } = await play([hangAfter(...halfText)], { cancelAt: "emit text-delta" });
    assert.equal(result.reason, "canceled");
    const row = world.rows[0];
    assert.deepEqual([row?.parts, row?.finish], [[{ type: "text", text: "half" }], "canceled"]);
    assert.equal(row?.result?.record?.usage.isEstimated, true);
  });

  test("before anything was sent: nothing is requested and nothing booked", async () => {
    const { world, result } = await play([say("never")], { cancelAt: "row m1" });
    assert.equal(result.reason, "canceled");
    assert.ok(!world.log.includes("request"));
    assert.deepEqual([world.rows[0]?.finish, world.rows[0]?.result?.record], ["canceled", null]);
    assert.deepEqual(result.usage, { ...stepUsage, inputTokens: 0, outputTokens: 0 });
  });

  test("while it waits for its next try: at once, with nothing shown and nothing more booked", async () => {
    const { world, result } = await play([fail(busyFailure, ...halfText), say("never")], {
      cancelAt: "emit retry-wait",
    });
    assert.equal(result.reason, "canceled");
    assert.deepEqual(world.writes.slice(2), ["discard m1 overloaded", "finish m1 canceled"]);
    assert.deepEqual([world.rows[0]?.parts, world.rows[0]?.result?.record], [[], null]);
    assert.equal(world.clock.waitingCount, 0, "no timer stays behind");
  });

  test("while a permission is asked for: the call is answered, a late answer changes nothing", async () => {
    const { world, result } = await play([call(["a", "ask", "{}"], ["b", "view", "{}"])], { cancelAt: "authorize" });
    assert.equal(result.reason, "canceled");
    assert.ok(!world.log.includes("run a"));
    assert.deepEqual(world.writes.slice(3), ["result a error", "result b error", "mark m1"]);
  });

  test("while a tool runs: it answers for itself, the rest is answered, the step is marked", async () => {
    const { world, result } = await play([call(["a", "ask", "{}"], ["b", "ask", "{}"])], { cancelAt: "run a" });
    assert.equal(result.reason, "canceled");
    assert.deepEqual(world.writes.slice(4).toSorted(), ["mark m1", "result a", "result b error"]);
  });

  test("a tool that does not stop is answered for after a while, and reported", async () => {
    const { world, result } = await play([call(["a", "hang", "{}"])], { cancelAt: "run a" });
    assert.equal(result.reason, "canceled");
    assert.match(world.rows[0]?.answers.get("a")?.[0]?.content ?? "", /did not stop/u);
    assert.match(String(world.bugs[0]), /did not stop/u);
  });

  test("a model that does not stop is left after a while, with what it had said", async () => {
    const deaf: Answer = async function* () {
      yield* halfText;
      await Promise.withResolvers().promise;
    };
    const { world, result } = await play([deaf], { cancelAt: "emit text-delta" });
    assert.equal(result.reason, "canceled");
    assert.deepEqual(world.rows[0]?.parts, [{ type: "text", text: "half" }]);
    assert.match(String(world.bugs[0]), /did not stop/u);
  });

  test("between two steps: the next one asks for nothing", async () => {
    const { world, result } = await play([call(["a", "view", "{}"]), say("never")], { cancelAt: "row m2" });
    assert.equal(result.reason, "canceled");
    assert.equal(world.log.filter((line) => line === "request").length, 1);
    assert.deepEqual(
      world.rows.map((row) => row.finish),
      ["tool_use", "canceled"],
    );
  });

  test("a step that is cut off keeps each thought with the signature of its own", async () => {
    const thought = (blockId: string, text: string, signature: string): ModelEvent[] => [
      { type: "reasoning-start", blockId },
      { type: "reasoning-delta", blockId, text },
      { type: "reasoning-end", blockId, metadata: { anthropic: { signature } } },
    ];
    const { world } = await play(
      [hangAfter(...thought("0", "one", "first"), ...thought("1", "two", "second"), ...halfText)],
      {
        cancelAt: "emit text-delta",
      },
    );
    assert.deepEqual(
      world.rows[0]?.result?.exactBlocks?.map((block) => block.metadata),
      [{ anthropic: { signature: "first" } }, { anthropic: { signature: "second" } }, undefined],
    );
  });
});

describe("TurnRunner, when a write fails", () => {
  const job = (): Answer[] => [
    fail(busyFailure, ...halfText),
    call(["a", "view", "{}"], ["b", "wait", "{}"]),
    say("done"),
  ];
  const positions: [at: string, answers: Answer[], cancelAt?: string][] = [
    ["messages", job()],
    ["row m1", job()],
    ["discard m1 overloaded", job()],
    ["finish m1 tool_use", job()],
    ["result a", job()],
    ["finish m1 end_turn", [say("hello")]],
    ["finish m1 error", [fail(keyFailure)]],
    ["finish m1 canceled", [hangAfter(...halfText)], "emit text-delta"],
    ["mark m1", [call(["a", "view", "{}"])], "run a"],
  ];
  for (const [at, answers, cancelAt] of positions) {
    test(`at “${at}”: the turn ends with its error when nothing runs any more, and nothing is written after it`, async () => {
      let rejected = 0;
      const full = new AppError("disk-full", "no space left");
      const world = new TurnWorld({
        answers,
        before: (what) => {
          if (what === cancelAt) runner.cancel();
          if (what === at) throw full;
        },
      });
      const runner = new TurnRunner(turnSessionId, world.ports);
      const run = runner.run();
      run.catch(() => {
        rejected += 1;
      });
      await assert.rejects(world.settle(run), full);
      const after = world.writes.length;
      runner.cancel();
      await world.rest();
      assert.equal(world.writes.at(-1), at);
      assert.equal(world.writes.length, after);
      assert.equal(rejected, 1);
      assert.deepEqual(world.bugs, []);
      assert.equal(world.clock.waitingCount, 0);
    });
  }

  test("while an answer streams: the request is stopped at once", async () => {
    const full = new AppError("disk-full", "no space left");
    const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
    const long: Answer = async function* (signal) {
      signal.addEventListener("abort", () => resolve(undefined));
      yield* halfText;
      yield { type: "text-delta", blockId: "0", text: "x".repeat(10_000) };
      await stopped;
      yield { type: "failure", failure: { kind: "aborted", message: "aborted", isRetryable: false } };
    };
    const world = new TurnWorld({
      answers: [long],
      before: (what) => {
        if (what.startsWith("fold")) throw full;
      },
    });
    await assert.rejects(world.settle(new TurnRunner(turnSessionId, world.ports).run()), full);
    await stopped;
    assert.ok(!world.log.includes("finish m1 canceled"));
  });

  test("a bug in the provider ends the step as an error that can be read, and is passed on", async () => {
    const broken: Answer = async function* () {
      yield* halfText;
      throw new TypeError("oops");
    };
    const world = new TurnWorld({ answers: [broken] });
    await assert.rejects(world.settle(new TurnRunner(turnSessionId, world.ports).run()), /oops/u);
    assert.deepEqual([world.rows[0]?.finish, world.rows[0]?.parts], ["error", [{ type: "text", text: "half" }]]);
    assert.equal(world.rows[0]?.result?.record?.outcome, "protocol");
  });
});

describe("TurnRunner, when a watcher throws", () => {
  for (const at of ["emit text-delta", "emit retry-wait", "emit tool-run-start"]) {
    test(`at “${at}”: the turn ends with the bug, its step as an error`, async () => {
      const world = new TurnWorld({
        answers: [fail(busyFailure, ...(at === "emit text-delta" ? halfText : [])), call(["a", "view", "{}"])],
        before: (what) => {
          if (what === at) throw new TypeError("a watcher's bug");
        },
      });
      await assert.rejects(world.settle(new TurnRunner(turnSessionId, world.ports).run()), /a watcher's bug/u);
      assert.notEqual(world.rows[0]?.finish, null);
      assert.equal(world.clock.waitingCount, 0);
    });
  }
});

describe("TurnRunner, whatever happens", () => {
  const anyAnswer = fc.oneof(
    fc.constantFrom(
      () => say("text"),
      () => fail(busyFailure, ...halfText),
      () => fail(keyFailure),
      () => hangAfter(...halfText),
    ),
    fc
      .array(
        fc.tuple(
          fc.constantFrom("a", "b", "", "a_1"),
          fc.constantFrom("view", "ask", "refuse", "edit", "wait", "hang"),
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((calls) => () => call(...calls.map(([id, name]): [string, string, string] => [id, name, "{}"]))),
  );

  test("each row ends, each call has one answer, each request is booked once, and the turn comes to its end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyAnswer, { maxLength: 5 }),
        fc.nat(60),
        fc.boolean(),
        async (makers, cancelAt, denies) => {
          let calls = 0;
          const world = new TurnWorld({
            answers: makers.map((make) => make()),
            before: () => {
              calls += 1;
              if (calls === cancelAt) runner.cancel();
            },
            ...(denies ? { overrides: { authorize: () => Promise.resolve({ decision: "deny" }) } } : {}),
          });
          const runner = new TurnRunner(turnSessionId, world.ports);
          const run = runner.run();
          // A tool or a model that hangs is only ever ended by the person.
          const stuck = world.clock.after(60 * 60_000, () => runner.cancel());
          const result = await world.settle(run, 120_000);
          stuck();
          for (const row of world.rows) {
            assert.notEqual(row.finish, null);
            const ids = row.parts.flatMap((part) => (part.type === "tool_call" ? [part.id] : []));
            assert.deepEqual([...row.answers.keys()].toSorted(), ids.toSorted());
            for (const answers of row.answers.values()) assert.equal(answers.length, 1);
          }
          const requests = world.log.filter((line) => line === "request").length;
          const booked = world.log.filter((line) => line.startsWith("discard")).length;
          assert.equal(booked + world.rows.filter((row) => (row.result?.record ?? null) !== null).length, requests);
          const written = world.writes.length;
          await world.rest();
          assert.equal(world.writes.length, written);
          assert.ok(["end_turn", "error", "canceled"].includes(result.reason));
          assert.equal(world.clock.waitingCount, 0);
        },
      ),
      { seed: 17, numRuns: 200 },
    );
  });
});
