import assert from "node:assert/strict";
import { test } from "node:test";
import { collectAnswer } from "../../../test/providers/collect-answer.ts";
import { withServer } from "../../../test/providers/contract-profile.ts";
import { describeProviderContract } from "../../../test/providers/provider-contract.ts";
import { onePixelPng, sampleSettings } from "../../../test/providers/sample-request.ts";
import { asToolCallId } from "../../schema/ids.ts";
import type { ModelMessage } from "../../schema/model-request.ts";
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

test("a GIF, which Gemini refuses, is named instead; other images are sent", async () => {
  const gif = { mimeType: "image/gif", data: "R0lGODlhAQABAA==" };
  const id = asToolCallId("a");
  const messages: ModelMessage[] = [
    {
      role: "user",
      content: [
        { kind: "media", ...gif, name: "a.gif" },
        { kind: "media", mimeType: "image/png", data: onePixelPng, name: "a.png" },
      ],
    },
    {
      role: "assistant",
      blocks: [{ kind: "tool-call", id, name: "view", input: "{}" }],
      providerId: "other",
      modelId: "other",
    },
    { role: "tool", results: [{ toolCallId: id, toolName: "view", text: "", isError: false, media: gif }] },
  ];
  const gemini = { ...profile, name: "google", modelId: "gemini-2.5-flash" };
  await withServer(gemini, { otherwise: { blocks: [] } }, async ({ server, provider, request }) => {
    await collectAnswer(provider, { ...request, messages });
    const body = JSON.stringify(server.requests[0]?.body);
    assert.match(body, /attachment a\.gif, image\/gif: left out, this model takes no GIF/u);
    assert.match(body, /image left out: this model takes no GIF/u);
    assert.ok(body.includes(onePixelPng));
    assert.ok(!body.includes(gif.data));
  });
});

test("Gemini is spoken to in its own format", () => {
  assert.deepEqual(familyOf(sampleSettings({ type: "google" }), "some-model"), { family: "google" });
});
