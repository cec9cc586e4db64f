import assert from "node:assert/strict";
import { test } from "node:test";
import { describeProviderContract } from "../../../test/providers/provider-contract.ts";
import { sampleSettings } from "../../../test/providers/sample-request.ts";
import { familyOf } from "../wire-family.ts";

const usage = { inputTokens: 1_201, cacheReadTokens: 9_000, outputTokens: 345, reasoningTokens: 120 };

describeProviderContract({
  name: "openai-chat of OpenAI",
  server: { family: "openai-chat", dialect: "openai" },
  settings: { type: "openai-compat" },
  modelId: "gpt-5-mini",
  usage,
  hasArgumentText: true,
  showsReasoning: false,
  demandsReasoning: false,
});

describeProviderContract({
  name: "openai-chat of a local server",
  server: { family: "openai-chat" },
  settings: { type: "llamacpp", id: "llamacpp" },
  modelId: "qwen3-coder",
  usage,
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
});

describeProviderContract({
  name: "openai-chat of DeepSeek",
  server: { family: "openai-chat", dialect: "deepseek" },
  settings: { type: "openai-compat", id: "deepseek" },
  modelId: "deepseek-v4-pro",
  usage,
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
});

describeProviderContract({
  name: "openai-chat of OpenRouter",
  server: { family: "openai-chat", dialect: "openrouter" },
  settings: { type: "openrouter", id: "openrouter" },
  modelId: "anthropic/claude-sonnet-4.6",
  usage: { ...usage, cacheWriteTokens: 2_048 },
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
  request: { reasoningEffort: "high" },
});

describeProviderContract({
  name: "openai-chat of xAI",
  server: { family: "openai-chat", dialect: "xai" },
  settings: { type: "openai-compat", id: "xai" },
  modelId: "grok-4.5",
  usage,
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: false,
  request: { reasoningEffort: "low" },
});

test("compatible providers are spoken to in Chat Completions", () => {
  assert.deepEqual(familyOf(sampleSettings({ type: "openai-compat" }), "some-model"), { family: "openai-chat" });
});
