import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { collectAnswer } from "../../../test/providers/collect-answer.ts";
import { withServer } from "../../../test/providers/contract-profile.ts";
import type { ContractProfile } from "../../../test/providers/contract-profile.ts";
import { continued, userMessage } from "../../../test/providers/sample-request.ts";
import { asToolCallId } from "../../schema/ids.ts";
import { must } from "../../lib/assert.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import type { ModelBlock, ModelRequest } from "../../schema/model-request.ts";

const compatible: ContractProfile = {
  name: "compatible",
  server: { family: "openai-chat" },
  settings: { type: "openai-compat" },
  modelId: "scripted",
  usage: {},
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
};

const openRouter: ContractProfile = {
  ...compatible,
  server: { family: "openai-chat", dialect: "openrouter" },
  settings: { type: "openrouter", id: "openrouter" },
  modelId: "anthropic/claude-sonnet-4.6",
};

/** The body that was sent for a request with these changes, accepted or not. */
async function sentBody(
  profile: ContractProfile,
  changes: Partial<ModelRequest>,
  settings: Partial<ProviderSettings> = {},
): Promise<JsonObject> {
  let body: JsonObject = {};
  await withServer(profile, { settings, otherwise: { blocks: [] } }, async ({ server, provider, request }) => {
    await collectAnswer(provider, { ...request, ...changes });
    body = must(server.requests[0], "the request").body;
  });
  return body;
}

describe("Chat Completions' own ways", () => {
  it("reports what OpenRouter says the request cost", async () => {
    const step = { blocks: [{ kind: "text", text: "Hi" }], costUsd: 0.004_2 } as const;
    await withServer(openRouter, { script: [step] }, async ({ provider, request }) => {
      assert.equal((await collectAnswer(provider, request)).finish?.costUsd, 0.004_2);
    });
  });

  it("marks the cache for Claude behind OpenRouter and Vercel's gateway, and for nobody else", async () => {
    const messages = [
      userMessage("One"),
      { role: "assistant", blocks: [{ kind: "text", text: "Yes." }], providerId: null, modelId: "" } as const,
      userMessage("Two"),
    ];
    const claude = JSON.stringify(await sentBody(openRouter, { messages }));
    assert.equal(claude.split('"cache_control"').length - 1, 3);
    assert.match(claude, /"text":"Two","cache_control":\{"type":"ephemeral"\}/u);
    const vercel = await sentBody(openRouter, { messages }, { id: "vercel", type: "vercel" });
    assert.equal(JSON.stringify(vercel).split('"cache_control"').length - 1, 3);
    assert.equal(vercel["usage"], undefined);
    for (const [modelId, type] of [
      ["x/y", "openrouter"],
      ["openai/gpt-5.4", "vercel"],
      ["anthropic/claude-sonnet-4.6", "openai-compat"],
    ] as const) {
      const body = await sentBody(openRouter, { messages, modelId }, { id: type, type });
      assert.doesNotMatch(JSON.stringify(body), /cache_control/u, type);
    }
  });

  it("asks for reasoning as each provider wants it", async () => {
    const fields = async (id: string, changes: Partial<ModelRequest>): Promise<JsonObject> => {
      const type = id === "openrouter" ? "openrouter" : "openai-compat";
      const body = await sentBody(compatible, { canReason: true, ...changes }, { id, type });
      const names = ["reasoning_effort", "reasoning", "thinking", "enable_thinking"];
      return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
    };
    assert.deepEqual(await fields("groq", { reasoningEffort: "low" }), { reasoning_effort: "low" });
    assert.deepEqual(await fields("groq", {}), {});
    assert.deepEqual(await fields("groq", { reasoningEffort: "low", canReason: false }), {});
    assert.deepEqual(await fields("openrouter", { reasoningEffort: "high" }), {
      reasoning: { enabled: true, effort: "high" },
    });
    assert.deepEqual(await fields("openrouter", { think: true }), { reasoning: { enabled: true } });
    assert.deepEqual(await fields("zai", { think: false }), { thinking: { type: "disabled" } });
    assert.deepEqual(await fields("deepseek", { reasoningEffort: "max" }), {
      thinking: { type: "enabled" },
      reasoning_effort: "max",
    });
    assert.deepEqual(await fields("alibaba-us", { think: true }), { enable_thinking: true });
  });

  it("gives reasoning back in the field in which it came", async () => {
    const script = [
      {
        blocks: [
          { kind: "reasoning", text: "Look." },
          { kind: "tool-call", name: "bash", input: {} },
        ],
      },
      { blocks: [] },
    ] as const;
    await withServer(compatible, { script, settings: { type: "ollama" } }, async (context) => {
      const { server, provider, request, settings } = context;
      const answer = await collectAnswer(provider, request);
      await collectAnswer(provider, continued(request, answer, { providerId: settings.id }));
      assert.equal(server.requests[1]?.refusal, null);
    });
  });

  it("gives nothing of a step that another model of the same provider made but its text and calls", async () => {
    const id = asToolCallId("functions.view:0");
    const metadata = { openaiChat: { reasoningDetails: [{ data: "sealed" }] } };
    const blocks: ModelBlock[] = [
      { kind: "reasoning", text: "Look.", metadata },
      {
        kind: "tool-call",
        id,
        name: "view",
        input: "{}",
        metadata: { openaiCompatible: { thoughtSignature: "signed" } },
      },
    ];
    const result = { toolCallId: id, toolName: "view", text: "ok", isError: false };
    const sent = async (modelId: string): Promise<string> => {
      const messages = [
        userMessage("One"),
        { role: "assistant", blocks, providerId: "openrouter", modelId } as const,
        { role: "tool", results: [result] } as const,
      ];
      return JSON.stringify((await sentBody(openRouter, { messages }))["messages"]);
    };
    const own = await sent(openRouter.modelId);
    for (const piece of ["Look.", "sealed", "signed", "functions.view:0"]) assert.ok(own.includes(piece), piece);
    const foreign = await sent("moonshotai/kimi-k2");
    for (const piece of ["Look.", "sealed", "signed", "functions.view:0"]) assert.ok(!foreign.includes(piece), piece);
    assert.match(foreign, /"id":"functions_view_0"/u);
  });

  it("passes config's options on, the request's over the provider's, and sampling", async () => {
    const settings = { providerOptions: { verbosity: "low", seed: 1 } };
    const changes = { providerOptions: { seed: 2, extra_body: { user: "u" } }, temperature: 0.5, topP: 0.9, topK: 40 };
    const body = await sentBody(compatible, changes, settings);
    assert.deepEqual(
      [body["verbosity"], body["seed"], body["user"], body["temperature"], body["top_p"], body["top_k"]],
      ["low", 2, "u", 0.5, 0.9, 40],
    );
    assert.equal(body["max_tokens"], 4_000);
  });

  it("sends no key where none is needed", async () => {
    await withServer(
      compatible,
      { apiKey: null, settings: { apiKey: "" }, otherwise: { blocks: [] } },
      async (context) => {
        await collectAnswer(context.provider, context.request);
        assert.equal(context.server.requests[0]?.headers.authorization, undefined);
      },
    );
  });

  it("says which setting is missing where there is no address", async () => {
    await withServer(
      compatible,
      { settings: { baseUrl: null, id: "mine", name: "Mine" } },
      async ({ provider, request }) => {
        const { failure } = await collectAnswer(provider, request);
        assert.match(failure?.message ?? "", /Mine has no address: set base_url of provider mine/u);
      },
    );
  });
});
