import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { collectAnswer } from "../../../test/providers/collect-answer.ts";
import { withServer } from "../../../test/providers/contract-profile.ts";
import type { ContractProfile } from "../../../test/providers/contract-profile.ts";
import { describeProviderContract } from "../../../test/providers/provider-contract.ts";
import { readAnthropicUsage } from "./anthropic-usage.ts";

const profile = {
  name: "anthropic",
  modelId: "claude-sonnet-4-6",
  server: { family: "anthropic" },
  settings: { type: "anthropic", id: "anthropic" },
  usage: {
    inputTokens: 812,
    cacheReadTokens: 9_000,
    cacheWriteTokens: 4_096,
    cacheWriteLongTokens: 1_024,
    outputTokens: 345,
    reasoningTokens: 120,
  },
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
} satisfies ContractProfile;

describeProviderContract({
  ...profile,
  name: "anthropic with an effort",
  request: { reasoningEffort: "high" },
});

describeProviderContract({
  ...profile,
  name: "anthropic with a thinking budget",
  modelId: "claude-haiku-4-5-20251001",
  request: { think: true },
});

describe("Anthropic's own ways", () => {
  it("keeps the usage of the beginning when it is aborted", async () => {
    const step = { blocks: [{ kind: "text", text: "A long answer" }], usage: profile.usage } as const;
    const script = [{ ...step, fault: { at: "middle", afterFrames: 4, error: "hang" } }] as const;
    await withServer(profile, { script }, async ({ provider, request }) => {
      const controller = new AbortController();
      const answer = await collectAnswer(provider, request, {
        signal: controller.signal,
        onEvent: ({ type }) => {
          if (type === "text-delta") controller.abort();
        },
      });
      assert.equal(answer.failure?.kind, "aborted");
      assert.deepEqual(answer.usage, { ...profile.usage, outputTokens: 1, reasoningTokens: 0, isEstimated: false });
    });
  });

  it("marks tools, system prompt and the last two messages from our side for the cache", async () => {
    await withServer(profile, { otherwise: { blocks: [] } }, async ({ server, provider, request }) => {
      const messages = ["One", "Two", "Three"].flatMap((text) => [
        { role: "user", content: [{ kind: "text", text }] } as const,
        { role: "assistant", blocks: [{ kind: "text", text: "Yes." }], providerId: "anthropic", modelId: "x" } as const,
      ]);
      await collectAnswer(provider, { ...request, messages: messages.slice(0, -1) });
      const body = JSON.stringify(server.requests[0]?.body);
      assert.equal(server.requests[0]?.refusal, null);
      assert.equal(body.split('"cache_control"').length - 1, 4);
      assert.match(body, /"text":"Two","cache_control"/u);
      assert.match(body, /"text":"Three","cache_control"/u);
      assert.doesNotMatch(body, /"text":"One","cache_control"/u);
    });
  });

  it("sums the passes that the server made, and leaves another model's out", () => {
    const pass = { type: "message", input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 };
    const raw = {
      input_tokens: 20,
      output_tokens: 7,
      cache_read_input_tokens: 200,
      cache_creation_input_tokens: 0,
      output_tokens_details: { thinking_tokens: 4 },
      iterations: [
        { ...pass, type: "compaction", input_tokens: 1_000, output_tokens: 50 },
        { ...pass, cache_creation_input_tokens: 30, cache_creation: { ephemeral_1h_input_tokens: 30 } },
        { ...pass, type: "advisor_message", input_tokens: 9_999 },
      ],
    };
    assert.deepEqual(readAnthropicUsage(raw), {
      inputTokens: 1_010,
      cacheReadTokens: 200,
      cacheWriteTokens: 30,
      cacheWriteLongTokens: 30,
      outputTokens: 55,
      reasoningTokens: 4,
      isEstimated: false,
    });
    assert.equal(
      readAnthropicUsage({ ...raw, iterations: [pass, { ...pass, type: "fallback_message" }] })?.inputTokens,
      20,
    );
  });
});
