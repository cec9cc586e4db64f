import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { must } from "../lib/assert.ts";
import type { ModelInfo, ModelPrices } from "../schema/model.ts";
import { openCatalogue } from "./catalogue.ts";

const catalogue = openCatalogue();

function model(providerId: string, modelId: string): ModelInfo {
  const provider = must(catalogue.find(providerId), providerId);
  return must(
    provider.models.find((candidate) => candidate.id === modelId),
    modelId,
  );
}

function pricesOf(providerId: string, modelId: string): ModelPrices {
  return must(model(providerId, modelId).prices, "prices");
}

describe("the model catalogue", () => {
  it("holds Crush's providers and models", () => {
    const providers = catalogue.providers();
    assert.equal(providers.length, 41);
    assert.equal(
      providers.reduce((sum, provider) => sum + provider.models.length, 0),
      1_534,
    );
    assert.equal(catalogue.find("nobody"), undefined);
  });

  it("says where a provider is, which variable holds its key and what it needs", () => {
    const { models: _models, ...facts } = must(catalogue.find("openrouter"), "OpenRouter");
    assert.deepEqual(facts, {
      id: "openrouter",
      name: "OpenRouter",
      type: "openrouter",
      baseUrl: "https://openrouter.ai/api/v1",
      keyVariable: "OPENROUTER_API_KEY",
      extraHeaders: { "HTTP-Referer": "https://charm.land", "X-Title": "Crush" },
      defaultLargeModelId: "anthropic/claude-sonnet-4.6",
      defaultSmallModelId: "anthropic/claude-haiku-4.5",
    });
    assert.equal(catalogue.find("anthropic")?.baseUrl, null);
  });

  it("gives a spread provider its models too", () => {
    const provider = { ...must(catalogue.find("deepseek"), "DeepSeek") };
    assert.equal(provider.models.length, 2);
  });

  it("keeps writing and reading the cache apart", () => {
    assert.deepEqual(model("anthropic", "claude-sonnet-4-6"), {
      id: "claude-sonnet-4-6",
      name: "Claude Sonnet 4.6",
      prices: { input: 3, output: 15, cacheWrite: 3.75, cacheRead: 0.3 },
      contextWindow: 200_000,
      defaultMaxTokens: 128_000,
      canReason: true,
      reasoningLevels: ["low", "medium", "high", "max"],
      defaultReasoningEffort: "high",
      supportsImages: true,
    });
  });

  it("does not follow the source where it has the two the wrong way round", () => {
    assert.deepEqual(pricesOf("opencode-zen", "claude-sonnet-4-6"), {
      input: 3,
      output: 15,
      cacheWrite: 3.75,
      cacheRead: 0.3,
    });
    assert.equal(pricesOf("deepseek", "deepseek-v4-pro").cacheRead, 0.003625);
  });

  it("charges input for what the source lists no price for, and never less for writing than for input", () => {
    for (const provider of catalogue.providers()) {
      for (const { id, prices } of provider.models) {
        const { input, cacheRead, cacheWrite } = must(prices, "prices");
        assert.ok(cacheRead <= input && cacheWrite >= input, `${provider.id}/${id}`);
        assert.equal(input > 0, cacheRead > 0, `${provider.id}/${id}`);
      }
    }
  });

  it("offers as defaults only models that it lists", () => {
    for (const provider of catalogue.providers()) {
      const ids = new Set<string | null>([null, ...provider.models.map(({ id }) => id)]);
      assert.ok(ids.has(provider.defaultLargeModelId), `${provider.id}: ${String(provider.defaultLargeModelId)}`);
      assert.ok(ids.has(provider.defaultSmallModelId), `${provider.id}: ${String(provider.defaultSmallModelId)}`);
    }
  });
});
