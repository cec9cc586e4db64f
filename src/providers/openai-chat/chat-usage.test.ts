import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleSettings } from "../../../test/providers/sample-request.ts";
import { noUsage } from "../../schema/usage.ts";
import { readChatUsage } from "./chat-usage.ts";

const settings = sampleSettings({});
const counts = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };

describe("usage of Chat Completions", () => {
  it("takes the cache out of the prompt", () => {
    const raw = { ...counts, prompt_tokens_details: { cached_tokens: 600 } };
    assert.deepEqual(readChatUsage(raw, settings)?.usage, {
      ...noUsage,
      inputTokens: 400,
      cacheReadTokens: 600,
      outputTokens: 200,
    });
  });

  it("knows the other names of cache reads and writes", () => {
    const reads = (raw: Record<string, number>): unknown =>
      readChatUsage({ ...counts, ...raw }, settings)?.usage.cacheReadTokens;
    assert.equal(reads({ prompt_cache_hit_tokens: 300 }), 300);
    assert.equal(reads({ cached_tokens: 250 }), 250);
    const litellm = { ...counts, prompt_tokens_details: { cached_tokens: 1, cache_creation_tokens: 2 } };
    assert.equal(readChatUsage(litellm, settings)?.usage.cacheWriteTokens, 2);
  });

  it("adds reasoning where the total says that it stands outside, and only there", () => {
    const details = { completion_tokens_details: { reasoning_tokens: 150 } };
    const outside = readChatUsage({ ...counts, total_tokens: 1_350, ...details }, settings);
    assert.deepEqual([outside?.usage.outputTokens, outside?.usage.reasoningTokens], [350, 150]);
    const inside = readChatUsage({ ...counts, ...details }, settings);
    assert.deepEqual([inside?.usage.outputTokens, inside?.usage.reasoningTokens], [200, 150]);
    const { total_tokens: _total, ...bare } = counts;
    assert.equal(readChatUsage({ ...bare, ...details }, settings)?.usage.outputTokens, 200);
    assert.equal(readChatUsage({ ...bare, ...details }, { ...settings, id: "xai" })?.usage.outputTokens, 350);
  });

  it("never reports more from the cache than the prompt held", () => {
    const usage = readChatUsage({ ...counts, prompt_tokens_details: { cached_tokens: 5_000 } }, settings)?.usage;
    assert.deepEqual([usage?.inputTokens, usage?.cacheReadTokens], [0, 1_000]);
  });

  it("takes the cost of those who send one, with the upstream's where the key is the person's own", () => {
    const router = { ...settings, type: "openrouter" } as const;
    const raw = { ...counts, cost: 0.0125 };
    assert.equal(readChatUsage(raw, router)?.costUsd, 0.0125);
    assert.equal(readChatUsage(raw, settings)?.costUsd, undefined);
    const own = { ...raw, is_byok: true, cost_details: { upstream_inference_cost: 0.5 } };
    assert.equal(readChatUsage(own, router)?.costUsd, 0.5125);
  });

  it("is nothing where nothing was reported", () => {
    assert.equal(readChatUsage(undefined, settings), null);
    assert.equal(readChatUsage({ queue_time: 1 }, settings), null);
  });
});
