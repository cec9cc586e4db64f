import assert from "node:assert/strict";
import { test } from "node:test";
import { describeProviderContract } from "../../../test/providers/provider-contract.ts";
import { sampleSettings } from "../../../test/providers/sample-request.ts";
import { familyOf } from "../wire-family.ts";

const profile = {
  server: { family: "google" },
  settings: { type: "google", id: "gemini" },
  usage: { inputTokens: 812, cacheReadTokens: 9_000, outputTokens: 345, reasoningTokens: 120 },
  hasArgumentText: false,
  showsReasoning: true,
  demandsReasoning: true,
} as const;

describeProviderContract({
  ...profile,
  name: "google, Gemini 3",
  modelId: "gemini-3.1-pro-preview",
  request: { reasoningEffort: "high" },
});

describeProviderContract({
  ...profile,
  name: "google, Gemini 2.5",
  modelId: "gemini-2.5-flash",
  request: { reasoningEffort: "medium" },
});

test("Gemini is spoken to in its own format", () => {
  assert.deepEqual(familyOf(sampleSettings({ type: "google" }), "some-model"), { family: "google" });
});
