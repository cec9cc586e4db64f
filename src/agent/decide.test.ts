import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { ModelFailure } from "../providers/provider.ts";
import { asToolCallId } from "../schema/ids.ts";
import { decide } from "./decide.ts";
import type { TurnEffect, TurnEvent, TurnState } from "./turn-state.ts";

const overloaded: ModelFailure = { kind: "overloaded", message: "busy", isRetryable: true };
const wrongKey: ModelFailure = { kind: "auth", message: "wrong key", isRetryable: false };
const id = asToolCallId;
const read = (name: string): { id: ReturnType<typeof id>; name: string; isReadOnly: boolean } => ({
  id: id(name),
  name: "view",
  isReadOnly: true,
});
const change = (name: string): ReturnType<typeof read> => ({ ...read(name), name: "edit", isReadOnly: false });

/** Feeds events in order; returns the effects of each as short words. */
function play(events: readonly TurnEvent[]): { effects: string[][]; state: TurnState } {
  let state: TurnState = { phase: "new" };
  const effects: string[][] = [];
  for (const event of events) {
    const decision = decide(state, event, 0.5);
    state = decision.state;
    effects.push(decision.effects.map(word));
  }
  return { effects, state };
}

function word(effect: TurnEffect): string {
  switch (effect.type) {
    case "request-step":
      return `request ${String(effect.step)}.${String(effect.attempt)}`;
    case "wait-retry":
      return `wait ${String(effect.delayMs)}`;
    case "answer-call":
      return `answer ${effect.callId} ${effect.why.kind}`;
    case "prepare-call":
    case "authorize-call":
    case "run-call":
      return `${effect.type.replace("-call", "")} ${effect.callId}`;
    case "end-turn":
      return `end ${effect.reason}`;
    default:
      return effect.type;
  }
}

const start: TurnEvent = { type: "start" };
const ended = (...calls: ReturnType<typeof read>[]): TurnEvent => ({
  type: "step-ended",
  reason: calls.length > 0 ? "tool_use" : "end_turn",
  calls,
});
const prepared = (name: string, needsPermission = false): TurnEvent => ({
  type: "call-prepared",
  callId: id(name),
  needsPermission,
});
const answered = (name: string): TurnEvent => ({ type: "call-answered", callId: id(name) });

describe("decide", () => {
  test("an answer without calls ends the turn", () => {
    assert.deepEqual(play([start, ended()]).effects, [["request 0.1"], ["end end_turn"]]);
  });

  test("calls that only read start side by side; one that changes waits for them and runs alone", () => {
    const { effects } = play([
      start,
      ended(read("a"), read("b"), change("c"), read("d")),
      prepared("a"),
      prepared("b"),
      answered("b"),
      answered("a"),
      prepared("c", true),
      { type: "call-allowed", callId: id("c") },
      answered("c"),
      prepared("d"),
      answered("d"),
    ]);
    assert.deepEqual(effects, [
      ["request 0.1"],
      ["prepare a", "prepare b"],
      ["run a"],
      ["run b"],
      [],
      ["prepare c"],
      ["authorize c"],
      ["run c"],
      ["prepare d"],
      ["run d"],
      ["request 1.1"],
    ]);
  });

  test("a denial without a word stops the turn after answering the rest; with a word it goes on", () => {
    const upTo: TurnEvent[] = [start, ended(change("a"), change("b")), prepared("a", true)];
    const silent = play([
      ...upTo,
      { type: "call-denied", callId: id("a"), message: null },
      answered("a"),
      answered("b"),
    ]);
    assert.deepEqual(silent.effects.slice(3), [
      ["answer a denied"],
      ["answer b skipped-after-denial"],
      ["end canceled"],
    ]);
    const spoken = play([...upTo, { type: "call-denied", callId: id("a"), message: "use b" }, answered("a")]);
    assert.deepEqual(spoken.effects.slice(3), [["answer a denied"], ["prepare b"]]);
  });

  test("taken up again it runs what has no answer, in its turn, and goes on with the next step", () => {
    const calls = [
      { ...read("a"), status: "answered" },
      { ...change("b"), status: "waiting" },
      { ...read("c"), status: "waiting" },
    ] as const;
    const { effects } = play([
      { type: "resume", calls },
      prepared("b", true),
      { type: "call-allowed", callId: id("b") },
      answered("b"),
      prepared("c"),
      answered("c"),
    ]);
    assert.deepEqual(effects, [["prepare b"], ["authorize b"], ["run b"], ["prepare c"], ["run c"], ["request 1.1"]]);
    const canceled = play([{ type: "resume", calls }, { type: "cancel" }, answered("b"), answered("c")]);
    assert.deepEqual(canceled.effects.slice(1), [
      ["abort", "answer b canceled", "answer c canceled"],
      [],
      ["mark-canceled", "end canceled"],
    ]);
  });

  test("a failure that may pass is tried again with growing pauses, then given up", () => {
    const events: TurnEvent[] = [start];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      events.push({ type: "step-failed", failure: overloaded });
      if (attempt < 8) events.push({ type: "retry-due" });
    }
    const { effects, state } = play(events);
    const waits = effects.flat().filter((effect) => effect.startsWith("wait"));
    assert.deepEqual(waits, [
      "wait 1000",
      "wait 2000",
      "wait 4000",
      "wait 8000",
      "wait 16000",
      "wait 32000",
      "wait 60000",
    ]);
    assert.deepEqual(effects.at(-1), ["fail-step", "end error"]);
    assert.equal(state.phase, "ended");
  });

  test("retry-after is honoured to the letter; a failure that will not pass is not tried again", () => {
    const asked = play([start, { type: "step-failed", failure: { ...overloaded, retryAfterMs: 12_345 } }]);
    assert.deepEqual(asked.effects[1], ["discard-attempt", "wait 12345"]);
    assert.deepEqual(play([start, { type: "step-failed", failure: wrongKey }]).effects[1], ["fail-step", "end error"]);
  });

  test("a cancel in each phase aborts and leaves every call answered", () => {
    assert.deepEqual(play([start, { type: "cancel" }, { type: "step-canceled" }]).effects.slice(1), [
      ["abort"],
      ["end canceled"],
    ]);
    const late = play([start, { type: "cancel" }, ended(read("a")), answered("a")]);
    assert.deepEqual(late.effects.slice(2), [["answer a canceled"], ["mark-canceled", "end canceled"]]);
    const running = play([
      start,
      ended(change("a"), change("b")),
      prepared("a"),
      { type: "cancel" },
      answered("b"),
      answered("a"),
    ]);
    assert.deepEqual(running.effects.slice(3), [["abort", "answer b canceled"], [], ["mark-canceled", "end canceled"]]);
    const asking = play([start, ended(change("a")), prepared("a", true), { type: "cancel" }]);
    assert.deepEqual(asking.effects.at(-1), ["abort", "answer a canceled"]);
  });

  test("whatever comes in whatever order: each call is answered by one effect at most, nothing follows the end", () => {
    const names = ["a", "b", "c"];
    const callEvent = fc
      .constantFrom(...names)
      .chain((name) =>
        fc.constantFrom<TurnEvent>(
          prepared(name),
          prepared(name, true),
          answered(name),
          { type: "call-allowed", callId: id(name) },
          { type: "call-denied", callId: id(name), message: null },
        ),
      );
    const other = fc.constantFrom<TurnEvent>(
      start,
      ended(),
      ended(read("a"), change("b"), read("c")),
      { type: "step-failed", failure: overloaded },
      { type: "step-failed", failure: wrongKey },
      { type: "step-canceled" },
      { type: "retry-due" },
      { type: "cancel" },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(callEvent, other), { maxLength: 40 }), (events) => {
        let state: TurnState = decide({ phase: "new" }, start, 0).state;
        let ends = 0;
        for (const event of events) {
          const decision = decide(state, event, 0);
          assert.ok(state.phase !== "ended" || decision.effects.length === 0);
          ends += decision.effects.filter((effect) => effect.type === "end-turn").length;
          state = decision.state;
        }
        assert.ok(ends <= 1);
        assert.equal(state.phase === "ended", ends === 1);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
