import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asToolCallId } from "../schema/ids.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { noUsage } from "../schema/usage.ts";
import { estimateTokens, settledUsage } from "./estimate-usage.ts";

const messages: ModelMessage[] = [
  {
    role: "user",
    content: [
      { kind: "text", text: "x".repeat(40) },
      { kind: "media", mimeType: "image/png", data: "AAAA", name: "a.png" },
    ],
  },
  {
    role: "assistant",
    providerId: "p",
    modelId: "m",
    blocks: [
      { kind: "text", text: "x".repeat(20) },
      { kind: "tool-call", id: asToolCallId("a"), name: "view", input: "x".repeat(20) },
    ],
  },
  {
    role: "tool",
    results: [{ toolCallId: asToolCallId("a"), toolName: "view", text: "x".repeat(20), isError: false }],
  },
];
const cutOff = { messages, overheadLength: 400, outputLength: 8, isComplete: false, isRefused: false };

describe("estimateTokens", () => {
  test("four characters a token, in every kind of message, and a flat figure a picture", () => {
    assert.equal(estimateTokens(messages), 25 + 1_500);
    assert.equal(estimateTokens([]), 0);
  });
});

describe("settledUsage", () => {
  const reported = { ...noUsage, inputTokens: 100, outputTokens: 5 };

  test("what was reported to the end counts as it is", () => {
    assert.deepEqual(settledUsage(reported, { ...cutOff, isComplete: true }), reported);
  });

  test("a report that was cut off is kept, completed and marked", () => {
    assert.deepEqual(settledUsage(reported, cutOff), { ...reported, isEstimated: true });
    const long = settledUsage(reported, { ...cutOff, outputLength: 400 });
    assert.deepEqual([long.inputTokens, long.outputTokens, long.isEstimated], [100, 100, true]);
  });

  test("without any report all of it is estimated, the system prompt and the tools with it", () => {
    const estimate = settledUsage(null, cutOff);
    assert.deepEqual([estimate.inputTokens, estimate.outputTokens, estimate.isEstimated], [1_525 + 100, 2, true]);
  });

  test("a request that was turned away consumed nothing", () => {
    assert.deepEqual(settledUsage(null, { ...cutOff, outputLength: 0, isRefused: true }), noUsage);
    assert.equal(settledUsage(reported, { ...cutOff, isRefused: true }).inputTokens, 100);
  });
});
