import assert from "node:assert/strict";
import { test } from "node:test";
import { call, turnSessionId, TurnWorld } from "../../test/harness/turn-world.ts";
import { AppError } from "../lib/app-error.ts";
import { TurnRunner } from "./turn-runner.ts";

test("what a call prints is told, and is in the journal until the call has its result", async () => {
  const world = new TurnWorld({ answers: [call(["a", "print", "{}"])] });
  const runner = new TurnRunner(turnSessionId, world.ports);
  const run = runner.run();
  while (runner.outputs().size === 0) await world.rest();
  const told = world.live.filter(({ type }) => type === "tool-output");
  assert.deepEqual(told, [{ type: "tool-output", sessionId: turnSessionId, toolCallId: "a", text: "a prints" }]);
  world.clock.advance(50);
  assert.equal(world.journals.get("m1"), '["outputs",1]\n["call","a"]\n[0,"a prints"]\n');
  runner.cancel();
  await world.settle(run);
  assert.deepEqual([...world.journals], []);
});

test("where a result can't be written, what was printed stays in the journal", async () => {
  const world = new TurnWorld({
    answers: [call(["a", "print", "{}"])],
    before: (what) => {
      if (what.startsWith("result")) throw new AppError("disk-full", "the disk is full");
    },
  });
  const runner = new TurnRunner(turnSessionId, world.ports);
  const run = runner.run();
  while (runner.outputs().size === 0) await world.rest();
  runner.cancel();
  await assert.rejects(world.settle(run), AppError);
  assert.match(world.journals.get("m1") ?? "", /a prints/u);
});
