import type { MetadataExtractor } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4FinishReason } from "@ai-sdk/provider";
import type { JsonObject } from "../../lib/json.ts";
import { isJsonObject } from "../../lib/json.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import type { ModelRequest } from "../../schema/model-request.ts";
import { buildPrompt, commonOptions, mergedOptions } from "../build-prompt.ts";
import { isOwnStep } from "../own-step.ts";
import type { ModelFinishReason } from "../provider.ts";
import type { OpenWireCall, WireCallContext } from "../wire-call.ts";
import { UnsupportedProviderError } from "../wire-errors.ts";
import { chatAssistantMessage, chatMetadataKey, markForCache } from "./chat-messages.ts";
import { reasoningFields, ReasoningDetails, usualReasoningField } from "./chat-reasoning.ts";
import { isXai, readChatUsage } from "./chat-usage.ts";
import { loadOpenAiCompatible } from "./load-openai-compatible.ts";

/** OpenAI Chat Completions and the many servers that speak it. */
export const openChatCall: OpenWireCall = async (request, context) => {
  const { settings } = context;
  const { createOpenAICompatible } = await loadOpenAiCompatible();
  const details = new ReasoningDetails();
  const provider = createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: baseUrlOf(settings),
    ...(settings.apiKey === null || settings.apiKey === "" ? {} : { apiKey: settings.apiKey }),
    includeUsage: true,
    headers: isXai(settings) ? { "x-grok-conv-id": request.cacheKey } : {},
    fetch: context.fetch(),
    metadataExtractor: watcher(details),
    transformRequestBody: (body) => editBody(body as JsonObject, request, context),
  });
  return {
    model: provider(request.modelId),
    options: {
      ...commonOptions(request),
      prompt: buildPrompt(systemTexts(request, settings), request.messages, {
        keepsCallIds: (message) => isOwnStep(message, { settings, request }),
        hasToolMedia: false,
        assistant: (message) =>
          chatAssistantMessage(message, { settings, isOwn: isOwnStep(message, { settings, request }) }),
      }),
    },
    readUsage: (raw) => readChatUsage(raw, settings),
    readFinishReason,
    stepMetadata: () => stepMetadata(details, settings),
  };
};

/** Addresses of servers on this machine that are used without one. */
const usualAddresses: Readonly<Partial<Record<ProviderSettings["type"], string>>> = {
  openai: "https://api.openai.com/v1",
  openrouter: "https://openrouter.ai/api/v1",
  vercel: "https://ai-gateway.vercel.sh/v1",
  ollama: "http://127.0.0.1:11434/v1",
  lmstudio: "http://127.0.0.1:1234/v1",
  llamacpp: "http://127.0.0.1:8080/v1",
  litellm: "http://127.0.0.1:4000/v1",
};

function baseUrlOf(settings: ProviderSettings): string {
  const address = settings.baseUrl ?? usualAddresses[settings.type];
  if (address !== undefined && URL.canParse(address)) return address;
  const found = address === undefined ? "has no address" : `has an invalid address (${address})`;
  throw new UnsupportedProviderError(
    `${settings.name} ${found}: set base_url of provider ${settings.id} in crush.json`,
  );
}

/** One message: several servers refuse a second system message. */
function systemTexts(request: ModelRequest, { systemPromptPrefix }: ProviderSettings): string[] {
  const text = [systemPromptPrefix, request.system].filter((part) => part !== "").join("\n\n");
  return text === "" ? [] : [text];
}

function watcher(details: ReasoningDetails): MetadataExtractor {
  return {
    extractMetadata: async () => Promise.resolve(undefined),
    createStreamExtractor: () => ({
      processChunk: (chunk) => {
        details.addChunk(chunk);
      },
      buildMetadata: () => undefined,
    }),
  };
}

/** OpenAI's reasoning models refuse the old name of the limit; gateways take the old one for all models. */
const wantsCompletionTokens = /^(?:o\d|gpt-5)/u;

function editBody(body: JsonObject, request: ModelRequest, { settings }: WireCallContext): JsonObject {
  const { extra_body: extraBody, ...options } = mergedOptions(settings.providerOptions, request);
  const { max_tokens: maxTokens, ...rest } = body;
  const isNewLimit = wantsCompletionTokens.test(request.modelId) && settings.type !== "openrouter";
  const isRouted = settings.type === "openrouter";
  const isClaude = (isRouted || settings.type === "vercel") && /^~?anthropic\//u.test(request.modelId);
  const messages = Array.isArray(rest["messages"]) ? rest["messages"].filter((entry) => isJsonObject(entry)) : [];
  return {
    ...rest,
    ...(isClaude ? { messages: markForCache(messages) } : {}),
    ...(isNewLimit ? { max_completion_tokens: maxTokens ?? null } : { max_tokens: maxTokens ?? null }),
    ...(request.topK === undefined ? {} : { top_k: request.topK }),
    ...reasoningFields(request, settings),
    ...(isRouted ? { usage: { include: true } } : {}),
    ...options,
    ...(isJsonObject(extraBody) ? extraBody : {}),
  };
}

/** Reasons of single servers that the common ones do not know (OpenRouter, Z.AI, Mistral). */
function readFinishReason({ raw }: LanguageModelV4FinishReason): ModelFinishReason | "error" | undefined {
  if (raw === "error" || raw === "network_error") return "error";
  if (raw === "sensitive") return "content_filter";
  if (raw === "model_length" || raw === "max_tokens") return "max_tokens";
  return raw === "eos" || raw === "end_turn" ? "end_turn" : undefined;
}

function stepMetadata(details: ReasoningDetails, settings: ProviderSettings): JsonObject | undefined {
  const isUsual = details.field === null || details.field === usualReasoningField(settings);
  const own: JsonObject = {
    ...(isUsual ? {} : { reasoningField: details.field }),
    ...(details.list.length === 0 ? {} : { reasoningDetails: [...details.list] }),
  };
  return Object.keys(own).length === 0 ? undefined : { [chatMetadataKey]: own };
}
