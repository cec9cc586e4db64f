import type { OpenAILanguageModelResponsesOptions } from "@ai-sdk/openai";
import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { isJsonObject } from "../../lib/json.ts";
import type { ModelBlock, ModelRequest } from "../../schema/model-request.ts";
import { assistantParts, buildPrompt, commonOptions, mergedOptions, ownMetadata } from "../build-prompt.ts";
import type { AssistantMessage } from "../build-prompt.ts";
import { isOwnStep } from "../own-step.ts";
import type { OpenWireCall } from "../wire-call.ts";
import { loadOpenAi } from "./load-openai.ts";
import { readResponsesUsage } from "./responses-usage.ts";

const ownAddress = "https://api.openai.com/v1";

/** OpenAI Responses. Nothing is stored there: reasoning comes encrypted and goes back with the next request. */
export const openResponsesCall: OpenWireCall = async (request, { settings, fetch }) => {
  const { createOpenAI } = await loadOpenAi();
  const options = mergedOptions(settings.providerOptions, request);
  const hasOptions = Object.keys(options).length > 0;
  const provider = createOpenAI({
    baseURL: settings.baseUrl ?? ownAddress,
    apiKey: settings.apiKey ?? "",
    fetch: fetch(hasOptions ? (body) => withOptions(body, options) : undefined),
  });
  const sentItems = new Set<string>();
  const system = [settings.systemPromptPrefix, request.system].filter((text) => text !== "").join("\n\n");
  return {
    model: provider.responses(request.modelId),
    options: {
      ...commonOptions(request),
      prompt: buildPrompt(system === "" ? [] : [system], request.messages, {
        keepsCallIds: () => false,
        hasToolMedia: true,
        assistant: (message) =>
          assistantMessage(message, { isOwn: isOwnStep(message, { settings, request }), sentItems }),
      }),
      providerOptions: { openai: responsesOptions(request) },
    },
    readUsage: (raw) => {
      const usage = readResponsesUsage(raw);
      return usage === null ? null : { usage };
    },
  };
};

function responsesOptions(request: ModelRequest): OpenAILanguageModelResponsesOptions {
  const shared: OpenAILanguageModelResponsesOptions = { store: false, promptCacheKey: request.cacheKey };
  if (!request.canReason) return shared;
  const effort = request.reasoningEffort;
  return {
    ...shared,
    forceReasoning: true,
    include: ["reasoning.encrypted_content"],
    ...(effort === undefined ? {} : { reasoningEffort: effort }),
    ...(effort === "none" ? {} : { reasoningSummary: "auto" }),
  };
}

function assistantMessage(
  message: AssistantMessage,
  { isOwn, sentItems }: { readonly isOwn: boolean; readonly sentItems: Set<string> },
): LanguageModelV4Message | null {
  const metadataOf = (block: ModelBlock): JsonObject | undefined => (isOwn ? ownMetadata(block, "openai") : undefined);
  // A reasoning item without its encrypted content, of another model, sent twice, or with nothing behind it is refused.
  const encrypted = new Set(
    message.blocks.flatMap((block) => {
      const own = metadataOf(block);
      const itemId = textOf(own?.["itemId"]);
      return textOf(own?.["reasoningEncryptedContent"]) === "" || sentItems.has(itemId) ? [] : [itemId];
    }),
  );
  const lastSaid = message.blocks.findLastIndex((block) => block.kind !== "reasoning");
  const blocks = message.blocks.filter(
    (block, index) =>
      block.kind !== "reasoning" || (index < lastSaid && encrypted.has(textOf(metadataOf(block)?.["itemId"]))),
  );
  for (const itemId of encrypted) sentItems.add(itemId);
  const content = assistantParts(blocks, (block) => {
    const own = metadataOf(block);
    return own === undefined ? undefined : { openai: own };
  });
  return content.length === 0 ? null : { role: "assistant", content };
}

/** Config's options, in Crush's flat names where the wire nests them. */
function withOptions(body: JsonObject, options: JsonObject): JsonObject {
  const { extra_body: extraBody, reasoning_effort: effort, reasoning_summary: summary, ...plain } = options;
  const { text_verbosity: verbosity, strict_json_schema: _strict, ...rest } = plain;
  const reasoning = defined({ effort, summary });
  return {
    ...body,
    ...(Object.keys(reasoning).length === 0 ? {} : { reasoning: { ...objectOf(body["reasoning"]), ...reasoning } }),
    ...(verbosity === undefined ? {} : { text: { ...objectOf(body["text"]), verbosity } }),
    ...rest,
    ...objectOf(extraBody),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function defined(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
