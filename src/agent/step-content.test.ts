import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ModelEvent } from "../providers/provider.ts";
import { asToolCallId } from "../schema/ids.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import { noUsage } from "../schema/usage.ts";
import { StepContent } from "./step-content.ts";

function contentOf(...events: ModelEvent[]): StepContent {
  const content = new StepContent();
  for (const [index, event] of events.entries()) content.add(event, index * 1_000);
  return content;
}

function outline(blocks: readonly ModelBlock[]): string[] {
  return blocks.map((block) => (block.kind === "tool-call" ? `${block.id}:${block.input}` : block.text));
}

const id = asToolCallId;
const text = (blockId: string, words: string): ModelEvent => ({ type: "text-delta", blockId, text: words });
const think = (blockId: string, words: string): ModelEvent => ({ type: "reasoning-delta", blockId, text: words });

describe("StepContent", () => {
  test("blocks stand in the order in which they began, however their deltas interleave", () => {
    const content = contentOf(
      { type: "reasoning-start", blockId: "0" },
      { type: "text-start", blockId: "0" },
      text("0", "he"),
      think("0", "h"),
      { type: "tool-call-start", toolCallId: id("0"), name: "view" },
      text("0", "llo"),
      think("0", "m"),
      { type: "tool-call-delta", toolCallId: id("0"), inputText: '{"a' },
    );
    assert.deepEqual(outline(content.blocks()), ["hm", "hello", '0:{"a']);
    assert.equal(content.outputLength, 10);
    assert.deepEqual(content.reasoningTimesMs, { startedAt: 0, endedAt: 6_000 });
  });

  test("an id may come again after its block has ended", () => {
    const content = contentOf(
      { type: "text-start", blockId: "0" },
      text("0", "one"),
      { type: "text-end", blockId: "0", metadata: { openai: { itemId: "first" } } },
      { type: "text-start", blockId: "0" },
      text("0", "two"),
      { type: "text-end", blockId: "0" },
    );
    assert.deepEqual(content.blocks(), [
      { kind: "text", text: "one", metadata: { openai: { itemId: "first" } } },
      { kind: "text", text: "two" },
    ]);
  });

  test("two calls of one id at the same time stay two, each with its own arguments", () => {
    const content = contentOf(
      { type: "tool-call-start", toolCallId: id("x"), name: "view" },
      { type: "tool-call-start", toolCallId: id("x"), name: "ls" },
      { type: "tool-call-end", toolCallId: id("x"), name: "view", input: "{}" },
      { type: "tool-call-end", toolCallId: id("x"), name: "ls", input: '{"path":"."}' },
    );
    assert.deepEqual(outline(content.blocks()), ["x:{}", 'x:{"path":"."}']);
  });

  test("deltas and ends without a beginning count; empty blocks do not", () => {
    const content = contentOf(
      { type: "text-start", blockId: "empty" },
      { type: "text-end", blockId: "empty" },
      text("1", "hi"),
      { type: "tool-call-end", toolCallId: id("c"), name: "view", input: "{}" },
      { type: "reasoning-start", blockId: "2" },
      { type: "reasoning-end", blockId: "2", metadata: { anthropic: { signature: "redacted" } } },
    );
    assert.deepEqual(outline(content.blocks()), ["hi", "c:{}", ""]);
    assert.deepEqual([...content.finishedCallIds()], ["c"]);
    assert.equal(content.outputLength, 4, "arguments that came at once count like streamed ones");
  });

  test("each report of usage replaces the one before; a finish without one leaves it", () => {
    const usage = { ...noUsage, inputTokens: 7 };
    const content = contentOf(
      { type: "usage", usage: { ...noUsage, inputTokens: 3 } },
      { type: "usage", usage },
      { type: "finish", reason: "end_turn", usage: null },
    );
    assert.deepEqual(content.usage, usage);
    assert.equal(content.end?.reason, "end_turn");
  });
});
