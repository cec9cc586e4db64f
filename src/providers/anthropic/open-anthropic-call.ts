import type { LanguageModelV4FunctionTool, LanguageModelV4Message } from "@ai-sdk/provider";
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import { isJsonObject } from "../../lib/json.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import type { ModelBlock, ModelRequest } from "../../schema/model-request.ts";
import { assistantParts, buildPrompt, buildTools, commonOptions, mergedOptions, ownMetadata } from "../build-prompt.ts";
import type { AssistantMessage } from "../build-prompt.ts";
import { isOwnStep } from "../own-step.ts";
import type { OpenWireCall } from "../wire-call.ts";
import { thinkingOptions } from "./anthropic-thinking.ts";
import { readAnthropicUsage } from "./anthropic-usage.ts";
import { loadAnthropic } from "./load-anthropic.ts";

const ownAddress = "https://api.anthropic.com/v1";

/** Anthropic Messages, and the servers that speak it. */
export const openAnthropicCall: OpenWireCall = async (request, { settings, fetch }) => {
  const { createAnthropic } = await loadAnthropic();
  const options = mergedOptions(settings.providerOptions, request);
  const hasOptions = Object.keys(options).length > 0;
  const thinking = thinkingOptions(request);
  const provider = createAnthropic({
    baseURL: versionedAddress(settings.baseUrl),
    ...authentication(settings),
    headers: betaHeaders(request, thinking.thinking?.type),
    fetch: fetch(hasOptions ? (body) => withOptions(body, options) : undefined),
  });
  const system = [settings.systemPromptPrefix, request.system].filter((text) => text !== "");
  const prompt = buildPrompt(system, request.messages, {
    keepsCallIds: () => false,
    hasToolMedia: true,
    assistant: (message) => assistantMessage(message, { isOwn: isOwnStep(message, { settings, request }) }),
  });
  return {
    model: provider(request.modelId),
    options: {
      ...commonOptions(request),
      ...(request.tools.length === 0 ? {} : { tools: withMarkOnLast(buildTools(request)) }),
      ...(request.topK === undefined ? {} : { topK: request.topK }),
      prompt: withMarks(prompt),
      // Arguments that stream as they are made are Anthropic's own; servers like it refuse the field.
      providerOptions: { anthropic: { ...thinking, toolStreaming: settings.baseUrl === null } },
    },
    readUsage: (raw) => {
      const usage = readAnthropicUsage(raw);
      return usage === null ? null : { usage };
    },
    readEarlyUsage: (metadata) => {
      const { usage } = metadata["anthropic"] ?? {};
      return isJsonObject(usage) ? readAnthropicUsage(usage) : null;
    },
  };
};

/** Config has the address as Anthropic's own libraries want it, without the version. */
function versionedAddress(address: string | null): string {
  if (address === null) return ownAddress;
  const bare = address.replace(/\/+$/u, "");
  return /\/v\d+$/u.test(bare) ? bare : `${bare}/v1`;
}

const bearerProviders = new Set(["minimax", "minimax-china"]);

function authentication({ id, apiKey }: ProviderSettings): { apiKey?: string; authToken?: string } {
  const key = apiKey ?? "";
  if (/^Bearer\s+/iu.test(key)) return { authToken: key.replace(/^Bearer\s+/iu, "") };
  return bearerProviders.has(id) && key !== "" ? { authToken: key } : { apiKey: key };
}

/** Claude 4 thinks between tool calls only when asked; newer ones do so by themselves. */
function betaHeaders({ modelId }: ModelRequest, thinkingType: string | undefined): Record<string, string> {
  const isAsked = thinkingType === "enabled" && modelId.includes("claude-");
  return isAsked ? { "anthropic-beta": "interleaved-thinking-2025-05-14" } : {};
}

function assistantMessage(
  message: AssistantMessage,
  { isOwn }: { readonly isOwn: boolean },
): LanguageModelV4Message | null {
  const metadataOf = (block: ModelBlock): JsonObject | undefined =>
    isOwn ? ownMetadata(block, "anthropic") : undefined;
  // Thinking without its signature, or of another provider, is refused.
  const blocks = message.blocks.filter((block) => block.kind !== "reasoning" || metadataOf(block) !== undefined);
  const content = assistantParts(blocks, (block) => {
    const own = metadataOf(block);
    return own === undefined ? undefined : { anthropic: own };
  });
  return content.length === 0 ? null : { role: "assistant", content };
}

const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };
/** With the marks of tools and system prompt the four that Anthropic takes. */
const markedMessagesMax = 2;

function withMarkOnLast(tools: readonly LanguageModelV4FunctionTool[]): LanguageModelV4FunctionTool[] {
  return tools.map((tool, index) => (index === tools.length - 1 ? { ...tool, providerOptions: mark } : tool));
}

/** Marks the end of the system prompt and of the last messages from our side for the prompt cache. */
function withMarks(prompt: readonly LanguageModelV4Message[]): LanguageModelV4Message[] {
  const ours = prompt.filter(({ role }) => role === "user" || role === "tool").slice(-markedMessagesMax);
  const system = prompt.findLast(({ role }) => role === "system");
  const marked = new Set(system === undefined ? ours : [system, ...ours]);
  return prompt.map((message) => (marked.has(message) ? { ...message, providerOptions: mark } : message));
}

/** Config's options, in Crush's names where those differ from the wire's. */
function withOptions(body: JsonObject, options: JsonObject): JsonObject {
  const { extra_body: extraBody, effort, thinking, send_reasoning: _send, ...plain } = options;
  const { thinking_display: _display, disable_parallel_tool_use: isSerial, ...rest } = plain;
  return {
    ...body,
    ...(effort === undefined ? {} : { output_config: { ...objectOf(body["output_config"]), effort } }),
    ...(isJsonObject(thinking) ? { thinking: { type: "enabled", ...thinking } } : {}),
    ...(isSerial === true ? { tool_choice: { type: "auto", disable_parallel_tool_use: true } } : {}),
    ...rest,
    ...objectOf(extraBody),
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
