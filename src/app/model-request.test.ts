import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sampleSettings } from "../../test/providers/sample-request.ts";
import type { ResolvedModel } from "./app.ts";
import { modelRequest } from "./model-request.ts";
import { blankModel } from "./provider-settings.ts";

/** The limit that is sent with a prompt of about so many tokens. */
function limitFor(promptTokens: number, info: Partial<ResolvedModel["info"]>, maxTokens?: number): number {
  const model: ResolvedModel = {
    choice: { provider: "sample", model: "m", ...(maxTokens === undefined ? {} : { maxTokens }) },
    provider: sampleSettings({}),
    info: { ...blankModel("m"), ...info },
  };
  const messages = [{ role: "user", content: [{ kind: "text", text: "x".repeat(promptTokens * 4) }] }] as const;
  return modelRequest(model, { system: "", messages, tools: [], cacheKey: "s" }).maxOutputTokens;
}

describe("the output limit of a request", () => {
  const all = { contextWindow: 100_000, defaultMaxTokens: 100_000 };

  test("leaves room for the prompt where the model's usual limit does not", () => {
    for (const promptTokens of [0, 1_000, 40_000]) {
      assert.ok(promptTokens * 1.2 + limitFor(promptTokens, all) < all.contextWindow, String(promptTokens));
      assert.ok(promptTokens * 1.3 + limitFor(promptTokens, all) > 0.9 * all.contextWindow, String(promptTokens));
    }
  });

  test("stays large enough to be of use as long as that fits, however small the window", () => {
    assert.equal(limitFor(80_000, all), 8_192);
    assert.ok(95_000 + limitFor(95_000, all) < all.contextWindow);
    for (const contextWindow of [8_192, 16_384, 32_768]) {
      const promptTokens = contextWindow / 2;
      const limit = limitFor(promptTokens, { contextWindow, defaultMaxTokens: contextWindow });
      assert.ok(promptTokens + limit < contextWindow, String(contextWindow));
      assert.ok(limit >= Math.min(8_192, contextWindow / 4), String(contextWindow));
    }
  });

  test("is never too small to say anything, nor above the usual one", () => {
    assert.equal(limitFor(99_000, all), 1_024);
    assert.equal(limitFor(99_000, { ...all, defaultMaxTokens: 500 }), 500);
    assert.equal(limitFor(10_000, { ...all, defaultMaxTokens: 32_000 }), 32_000);
  });

  test("is the usual one where the window is unknown, and the person's own where there is one", () => {
    assert.equal(limitFor(99_000, { ...all, contextWindow: 0 }), 100_000);
    assert.equal(limitFor(99_000, all, 64_000), 64_000);
  });
});
