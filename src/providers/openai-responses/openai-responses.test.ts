import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ScriptedStep } from "../../../test/harness/model-servers/script.ts";
import { collectAnswer } from "../../../test/providers/collect-answer.ts";
import { withServer } from "../../../test/providers/contract-profile.ts";
import type { ContractProfile } from "../../../test/providers/contract-profile.ts";
import { continued } from "../../../test/providers/sample-request.ts";
import { describeProviderContract } from "../../../test/providers/provider-contract.ts";

const profile: ContractProfile = {
  name: "openai-responses",
  server: { family: "openai-responses" },
  settings: { type: "openai", id: "openai" },
  modelId: "gpt-5.6-sol",
  usage: { inputTokens: 812, cacheReadTokens: 9_000, cacheWriteTokens: 512, outputTokens: 345, reasoningTokens: 120 },
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
  request: { reasoningEffort: "high" },
};

describeProviderContract(profile);

describe("Responses' own ways", () => {
  it("stores nothing at the provider, asks for encrypted reasoning and groups a session's requests", async () => {
    await withServer(profile, { otherwise: { blocks: [] } }, async ({ server, provider, request }) => {
      await collectAnswer(provider, request);
      const body = server.requests[0]?.body ?? {};
      assert.equal(body["store"], false);
      assert.deepEqual(body["include"], ["reasoning.encrypted_content"]);
      assert.deepEqual(body["reasoning"], { effort: "high", summary: "auto" });
      assert.equal(body["prompt_cache_key"], request.cacheKey);
      assert.equal("previous_response_id" in body, false);
    });
  });

  it("leaves encrypted reasoning out once another model is asked", async () => {
    const calling: ScriptedStep = {
      blocks: [
        { kind: "reasoning", text: "Look first." },
        { kind: "tool-call", name: "bash", input: { command: "ls" } },
      ],
    };
    await withServer(profile, { script: [calling], otherwise: { blocks: [] } }, async (context) => {
      const { server, provider, request, settings } = context;
      const answer = await collectAnswer(provider, request);
      const next = continued(request, answer, { providerId: settings.id });
      await collectAnswer(provider, { ...next, modelId: "gpt-5.6-luna" });
      assert.doesNotMatch(JSON.stringify(server.requests[1]?.body["input"]), /encrypted_content|Look first/u);
    });
  });

  it("puts config's options, in Crush's names, where the wire has them", async () => {
    const providerOptions = {
      reasoning_effort: "low",
      text_verbosity: "low",
      service_tier: "flex",
      extra_body: { user: "u" },
    };
    await withServer(profile, { settings: { providerOptions }, otherwise: { blocks: [] } }, async (context) => {
      await collectAnswer(context.provider, context.request);
      const body = context.server.requests[0]?.body ?? {};
      assert.equal(context.server.requests[0]?.refusal, null);
      assert.deepEqual(body["reasoning"], { effort: "low", summary: "auto" });
      assert.deepEqual([body["text"], body["service_tier"], body["user"]], [{ verbosity: "low" }, "flex", "u"]);
    });
  });
});
