import type { GoogleLanguageModelOptions } from "@ai-sdk/google";
import type { LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { isJsonObject } from "../../lib/json.ts";
import { leaveOutMedia } from "../../schema/leave-out-media.ts";
import type { ModelBlock, ModelRequest } from "../../schema/model-request.ts";
import { assistantParts, buildPrompt, commonOptions, mergedOptions, ownMetadata } from "../build-prompt.ts";
import type { AssistantMessage } from "../build-prompt.ts";
import { isOwnStep } from "../own-step.ts";
import type { OpenWireCall } from "../wire-call.ts";
import { readGoogleUsage } from "./google-usage.ts";
import { loadGoogle } from "./load-google.ts";

/** Gemini refuses the whole request otherwise. */
const whyNotTaken = ({ mimeType }: { readonly mimeType: string }): string | null =>
  mimeType === "image/gif" ? "this model takes no GIF" : null;

const ownAddress = "https://generativelanguage.googleapis.com/v1beta";

/** Google Gemini. Steps of other models go back with the stand-in that Google documents for missing signatures. */
export const openGoogleCall: OpenWireCall = async (request, { settings, fetch }) => {
  const { createGoogle } = await loadGoogle();
  const options = mergedOptions(settings.providerOptions, request);
  const hasOptions = Object.keys(options).length > 0;
  const provider = createGoogle({
    baseURL: versionedAddress(settings.baseUrl),
    apiKey: settings.apiKey ?? "",
    fetch: fetch(hasOptions ? (body) => withOptions(body, options) : undefined),
  });
  const system = [settings.systemPromptPrefix, request.system].filter((text) => text !== "");
  return {
    model: provider(request.modelId),
    options: {
      ...commonOptions(request),
      ...reasoningOption(request),
      ...(request.topK === undefined ? {} : { topK: request.topK }),
      includeRawChunks: true,
      prompt: buildPrompt(system, leaveOutMedia(request.messages, whyNotTaken), {
        keepsCallIds: (message) => isOwnStep(message, { settings, request }),
        hasToolMedia: true,
        assistant: (message) => assistantMessage(message, { isOwn: isOwnStep(message, { settings, request }) }),
      }),
      providerOptions: { google: googleOptions(request) },
    },
    readUsage: (raw) => {
      const usage = readGoogleUsage(raw);
      return usage === null ? null : { usage };
    },
    readChunkUsage: (chunk) => {
      const usage = isJsonObject(chunk) ? chunk["usageMetadata"] : undefined;
      return isJsonObject(usage) ? readGoogleUsage(usage) : null;
    },
  };
};

/** Config has the address as Google's own libraries want it, without the version. */
function versionedAddress(address: string | null): string {
  if (address === null) return ownAddress;
  const bare = address.replace(/\/+$/u, "");
  return /\/v\d+(?:alpha|beta)?\d*$/u.test(bare) ? bare : `${bare}/v1beta`;
}

type Reasoning = NonNullable<LanguageModelV4CallOptions["reasoning"]>;
const levels: readonly Reasoning[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/** The package knows which models take a level and which a budget. Without a choice the model decides. */
function reasoningOption({ canReason, reasoningEffort, think }: ModelRequest): { reasoning?: Reasoning } {
  if (!canReason) return {};
  const level = levels.find((candidate) => candidate === reasoningEffort);
  if (level !== undefined) return { reasoning: level };
  return think === false ? { reasoning: "none" } : {};
}

function googleOptions({ canReason }: ModelRequest): GoogleLanguageModelOptions {
  return canReason ? { thinkingConfig: { includeThoughts: true } } : {};
}

function assistantMessage(
  message: AssistantMessage,
  { isOwn }: { readonly isOwn: boolean },
): LanguageModelV4Message | null {
  const metadataOf = (block: ModelBlock): JsonObject | undefined => (isOwn ? ownMetadata(block, "google") : undefined);
  const blocks = message.blocks.filter((block) => block.kind !== "reasoning" || metadataOf(block) !== undefined);
  const content = assistantParts(blocks, (block) => {
    const own = metadataOf(block);
    return own === undefined ? undefined : { google: own };
  });
  return content.length === 0 ? null : { role: "assistant", content };
}

/** Config's options: Crush's names in snake case, or the wire's own. */
function withOptions(body: JsonObject, options: JsonObject): JsonObject {
  const { extra_body: extraBody, thinking_config: thinking, ...plain } = options;
  const { safety_settings: safetySettings, cached_content: cachedContent, ...rest } = plain;
  const generation = objectOf(body["generationConfig"]);
  const thinkingConfig = { ...objectOf(generation["thinkingConfig"]), ...camelKeys(objectOf(thinking)) };
  return {
    ...body,
    ...(thinking === undefined ? {} : { generationConfig: { ...generation, thinkingConfig } }),
    ...(safetySettings === undefined ? {} : { safetySettings }),
    ...(typeof cachedContent === "string" && cachedContent !== "" ? { cachedContent } : {}),
    ...rest,
    ...objectOf(extraBody),
  };
}

function camelKeys(value: JsonObject): JsonObject {
  const camel = (name: string): string =>
    name.replaceAll(/_([a-z])/gu, (_match, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [camel(name), field]));
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
