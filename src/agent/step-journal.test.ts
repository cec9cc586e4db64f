import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { ManualClock } from "../../test/harness/manual-clock.ts";
import type { JsonObject } from "../lib/json.ts";
import type { ModelEvent } from "../providers/provider.ts";
import { asToolCallId } from "../schema/ids.ts";
import { noUsage } from "../schema/usage.ts";
import type { JournalPort } from "./ports.ts";
import { replayJournal } from "./replay-journal.ts";
import { StepContent } from "./step-content.ts";
import { StepJournal } from "./step-journal.ts";

class MemoryFile implements JournalPort {
  readonly writes: string[] = [];
  isFull = false;

  get text(): string {
    return this.writes.join("");
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  append(text: string): boolean {
    if (!this.isFull) this.writes.push(text);
    return !this.isFull;
  }

  close(): void {
    this.writes.push("closed");
  }

  remove(): void {
    this.writes.length = 0;
  }
}

const text = fc.string({ unit: "binary", maxLength: 12 });
const metadata = fc.option(fc.constant<JsonObject>({ provider: { signature: "s" } }), { nil: undefined });
const blockId = fc.constantFrom("0", "1");

const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  fc.record({ type: fc.constantFrom("text-start", "reasoning-start"), blockId }),
  fc.record({ type: fc.constantFrom("text-delta", "reasoning-delta"), blockId, text }),
  fc
    .record({ type: fc.constantFrom("text-end", "reasoning-end"), blockId, metadata })
    .map(({ metadata: facts, ...event }) => ({ ...event, ...(facts === undefined ? {} : { metadata: facts }) })),
  fc.record({
    type: fc.constant("tool-call-start" as const),
    toolCallId: blockId.map(asToolCallId),
    name: fc.constantFrom("view", "bash"),
  }),
  fc.record({
    type: fc.constant("tool-call-delta" as const),
    toolCallId: blockId.map(asToolCallId),
    inputText: text,
  }),
  fc.record({
    type: fc.constant("tool-call-end" as const),
    toolCallId: blockId.map(asToolCallId),
    name: fc.constantFrom("view", "bash"),
    input: text,
  }),
  fc.record({ type: fc.constantFrom("request-wait", "request-start") }),
  fc.nat(100).map((inputTokens) => ({ type: "usage" as const, usage: { ...noUsage, inputTokens } })),
);

describe("StepJournal", () => {
  test("what is replayed is what came, whatever came and wherever it was cut into writes", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ event: modelEvent, afterMs: fc.constantFrom(0, 0, 20, 60) })), (steps) => {
        const clock = new ManualClock(1_780_000_000_000);
        const file = new MemoryFile();
        const journal = new StepJournal(file, clock, 1_234);
        const content = new StepContent();
        for (const { event, afterMs } of steps) {
          clock.advance(afterMs);
          content.add(event, clock.nowMs());
          journal.add(event, clock.nowMs());
        }
        journal.flush();
        const replay = replayJournal(file.lines, clock.nowMs());
        assert.equal(replay?.overheadLength, 1_234);
        const replayed = replay.content;
        assert.deepEqual(replayed.blocks(), content.blocks());
        assert.deepEqual(replayed.finishedCallIds(), content.finishedCallIds());
        assert.deepEqual(replayed.usage, content.usage);
        assert.equal(replayed.outputLength, content.outputLength);
        assert.equal(replayed.isSent, content.isSent);
        assert.ok(content.reasoningTimesMs === null || replayed.reasoningTimesMs !== null);
      }),
      { numRuns: 1_000 },
    );
  });

  test("nothing waits longer than 50 ms, and deltas that come together are one line", () => {
    const clock = new ManualClock();
    const file = new MemoryFile();
    const journal = new StepJournal(file, clock, 0);
    journal.add({ type: "text-start", blockId: "0" }, clock.nowMs());
    for (const piece of ["a", "b", "c"]) {
      journal.add({ type: "text-delta", blockId: "0", text: piece }, clock.nowMs());
      clock.advance(10);
    }
    assert.equal(file.writes.length, 1, "the header alone");
    clock.advance(20);
    assert.deepEqual(file.lines.slice(1), ['["text","0"]', '[0,"abc"]']);
    assert.equal(clock.waitingCount, 0, "no timer while nothing comes");
  });

  test("reasoning keeps its times, a call its arguments once, usage its changes alone", () => {
    const clock = new ManualClock(1_000);
    const file = new MemoryFile();
    const journal = new StepJournal(file, clock, 0);
    const toolCallId = asToolCallId("c");
    const usage = { ...noUsage, inputTokens: 9 };
    journal.add({ type: "reasoning-start", blockId: "r" }, 1_000);
    journal.add({ type: "reasoning-delta", blockId: "r", text: "hm" }, 2_000);
    journal.add({ type: "reasoning-end", blockId: "r" }, 3_000);
    journal.add({ type: "tool-call-start", toolCallId, name: "view" }, 4_000);
    journal.add({ type: "tool-call-delta", toolCallId, inputText: "{}" }, 4_000);
    journal.add({ type: "tool-call-end", toolCallId, name: "view", input: "{}" }, 4_000);
    journal.add({ type: "usage", usage }, 4_000);
    journal.add({ type: "usage", usage: { ...usage, outputTokens: 3 } }, 4_000);
    journal.flush();
    assert.deepEqual(file.lines.slice(1, -1), [
      '["reasoning","r",1000]',
      '[0,"hm"]',
      '[0,null,{"ms":3000}]',
      '["call","c","view"]',
      '[1,"{}"]',
      '[1,null,{"name":"view"}]',
    ]);
    assert.match(file.lines.at(-1) ?? "", /^\["usage",.*"inputTokens":9/u);
    assert.deepEqual(replayJournal(file.lines, 9_000)?.content.reasoningTimesMs, { startedAt: 1_000, endedAt: 3_000 });
  });

  test("that a request waited is told in a line that the versions before read over", () => {
    const clock = new ManualClock();
    const file = new MemoryFile();
    const journal = new StepJournal(file, clock, 0);
    for (const type of ["request-wait", "request-start"] as const) journal.add({ type }, 0);
    journal.add({ type: "text-delta", blockId: "0", text: "one" }, 0);
    journal.add({ type: "text-delta", blockId: "", text: "two" }, 0);
    journal.flush();
    // They know three elements of a name.
    const known = file.lines.map((line) => JSON.stringify((JSON.parse(line) as unknown[]).slice(0, 3)));
    assert.deepEqual(known.slice(1), [
      '["name","text",""]',
      '["name","text",""]',
      '["name","text","0"]',
      '[1,"one"]',
      '[0,"two"]',
    ]);
    for (const lines of [known, file.lines]) {
      assert.deepEqual(replayJournal(lines, 1)?.content.blocks(), [
        { kind: "text", text: "one" },
        { kind: "text", text: "two" },
      ]);
    }
  });

  test("what the disk does not take is given again, whole, when there is room", () => {
    const clock = new ManualClock();
    const file = new MemoryFile();
    const journal = new StepJournal(file, clock, 0);
    file.isFull = true;
    journal.add({ type: "text-start", blockId: "0" }, clock.nowMs());
    journal.add({ type: "text-delta", blockId: "0", text: "x".repeat(100_000) }, clock.nowMs());
    clock.advance(60);
    journal.add({ type: "text-delta", blockId: "0", text: "y" }, clock.nowMs());
    file.isFull = false;
    clock.advance(60);
    assert.deepEqual(replayJournal(file.lines, 1)?.content.blocks(), [
      { kind: "text", text: `${"x".repeat(100_000)}y` },
    ]);
    journal.close();
    assert.equal(file.writes.at(-1), "closed");
    assert.equal(clock.waitingCount, 0);
  });
});

describe("replayJournal", () => {
  const lines = ['["step",1]', '["text","0"]', '[0,"one"]', '[0,"two"]'];

  test("ends at the first line that makes no sense", () => {
    for (const bad of ["", "[0,", "null", "\0\0", '[7,"x"]', '["film","x"]', "[0,true]", '["text",4]']) {
      const found = replayJournal([...lines.slice(0, 3), bad, ...lines.slice(3)], 1);
      assert.deepEqual(found?.content.blocks(), [{ kind: "text", text: "one" }], bad);
    }
    assert.deepEqual(replayJournal(lines.slice(0, 1), 1)?.content.blocks(), []);
  });

  test("a journal of another version, or without its first line, is nobody's to guess at", () => {
    assert.equal(replayJournal([], 1), null);
    assert.equal(replayJournal(['["step",2]', ...lines.slice(1)], 1), null);
    assert.equal(replayJournal(lines.slice(1), 1), null);
  });
});
