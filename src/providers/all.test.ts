import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { collectAnswer } from "../../test/providers/collect-answer.ts";
import { sampleRequest, sampleSettings, userMessage } from "../../test/providers/sample-request.ts";
import type { ProviderType } from "../schema/model.ts";
import { createProvider } from "./all.ts";
import { familyOf } from "./wire-family.ts";

describe("which wire format a provider is spoken to in", () => {
  const family = (type: ProviderType, changes: { id?: string; baseUrl?: string; modelId?: string } = {}): unknown => {
    const { modelId = "some-model", ...settings } = changes;
    const choice = familyOf(sampleSettings({ type, ...settings }), modelId);
    return "family" in choice ? choice.family : "unsupported";
  };

  it("follows the provider's type", () => {
    assert.equal(family("anthropic"), "anthropic");
    assert.equal(family("google"), "google");
    assert.equal(family("openai", { id: "openai" }), "openai-responses");
    assert.equal(family("openai-compat", { id: "opencode-go", modelId: "qwen3.7-max" }), "anthropic");
    for (const type of [
      "openai-compat",
      "openrouter",
      "vercel",
      "ollama",
      "lmstudio",
      "llamacpp",
      "litellm",
    ] as const) {
      assert.equal(family(type), "openai-chat");
    }
  });

  it("knows nothing of an id that every object has", () => {
    assert.equal(family("openai-compat", { id: "constructor" }), "openai-chat");
  });

  it("speaks Chat Completions to those who offer models of their own as type openai", () => {
    const baseUrl = "https://api.cortecs.ai/v1";
    assert.equal(family("openai", { id: "cortecs", baseUrl, modelId: "qwen3-coder" }), "openai-chat");
    assert.equal(family("openai", { id: "cortecs", baseUrl, modelId: "gpt-5" }), "openai-responses");
  });

  for (const type of ["azure", "bedrock", "google-vertex"] as const) {
    it(`says that ${type} is not supported yet, and what to use instead`, async () => {
      const provider = createProvider(sampleSettings({ type, name: "Cloud" }));
      const { failure } = await collectAnswer(provider, sampleRequest());
      assert.equal(failure?.kind, "invalid-request");
      assert.match(failure?.message ?? "", /^Cloud is not supported yet: .*\. Use .+\.$/u);
    });
  }

  it("has the practice model, without a key or an address", async () => {
    const provider = createProvider(sampleSettings({ type: "practice", apiKey: null }));
    const types: string[] = [];
    const request = sampleRequest({ messages: [userMessage("Hello")] });
    for await (const { type } of provider.stream(request, new AbortController().signal)) types.push(type);
    assert.equal(types.at(-1), "finish");
  });
});

/** A server that answers each request with this status, type and body. */
async function answering<T>(type: string, body: string, run: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": type });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("answers of odd servers", () => {
  it("reads an event stream that calls itself JSON", async () => {
    const chunk = { choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] };
    const body = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
    await answering("application/json", body, async (baseUrl) => {
      const answer = await collectAnswer(createProvider(sampleSettings({ baseUrl })), sampleRequest());
      assert.equal(answer.text, "Hi");
      assert.deepEqual(answer.finish, { type: "finish", reason: "end_turn", usage: null });
    });
  });

  it("reads an error that comes as JSON with status 200", async () => {
    const body = JSON.stringify({ error: { message: "model not found", code: "model_not_found" } });
    await answering("application/json", body, async (baseUrl) => {
      const { failure } = await collectAnswer(createProvider(sampleSettings({ baseUrl })), sampleRequest());
      assert.equal(failure?.kind, "model-not-found");
    });
  });

  it("finds an empty answer", async () => {
    for (const type of ["text/event-stream", "application/json", "text/html"]) {
      await answering(type, "", async (baseUrl) => {
        const { failure } = await collectAnswer(createProvider(sampleSettings({ baseUrl })), sampleRequest());
        assert.equal(failure?.kind, "protocol", type);
      });
    }
  });
});
