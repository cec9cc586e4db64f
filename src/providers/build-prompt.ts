import type { LanguageModelV4FunctionTool, LanguageModelV4Message, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";
import type {
  ModelBlock,
  ModelMessage,
  ModelRequest,
  ToolResultContent,
  UserContent,
} from "../schema/model-request.ts";
import { withSafeCallIds } from "./safe-call-ids.ts";

export type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;
export type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];
type ToolPart = Extract<LanguageModelV4Message, { role: "tool" }>["content"][number];
type UserPart = Extract<LanguageModelV4Message, { role: "user" }>["content"][number];

/** Where a wire family differs from the others in how the conversation goes into the AI SDK's prompt. */
export interface PromptRules {
  /** Steps whose call ids go back as they were made; none where the wire format itself says what an id may be. */
  keepsCallIds(message: AssistantMessage): boolean;
  /** Media may stand in tool results; else they follow in a message of the person's. */
  readonly hasToolMedia: boolean;
  assistant(message: AssistantMessage): LanguageModelV4Message | null;
}

export function buildPrompt(
  system: readonly string[],
  messages: readonly ModelMessage[],
  rules: PromptRules,
): LanguageModelV4Message[] {
  const prompt: LanguageModelV4Message[] = system.map((content) => ({ role: "system", content }));
  for (const message of withSafeCallIds(messages, (step) => rules.keepsCallIds(step))) {
    if (message.role === "user") {
      prompt.push({ role: "user", content: message.content.map(userPart) });
    } else if (message.role === "assistant") {
      const converted = rules.assistant(message);
      if (converted !== null) prompt.push(converted);
    } else {
      prompt.push({ role: "tool", content: message.results.map((result) => toolPart(result, rules)) });
      const media = rules.hasToolMedia ? [] : message.results.flatMap(mediaParts);
      if (media.length > 0) prompt.push({ role: "user", content: media });
    }
  }
  return rules.hasToolMedia ? prompt : mergeUserMessages(prompt);
}

/** A person's prompt after media of a tool result joins them: roles must alternate. */
function mergeUserMessages(prompt: readonly LanguageModelV4Message[]): LanguageModelV4Message[] {
  const merged: LanguageModelV4Message[] = [];
  for (const message of prompt) {
    const last = merged.at(-1);
    if (message.role === "user" && last?.role === "user") {
      merged[merged.length - 1] = { ...last, content: [...last.content, ...message.content] };
    } else {
      merged.push(message);
    }
  }
  return merged;
}

function userPart(content: UserContent): UserPart {
  if (content.kind === "text") return { type: "text", text: content.text };
  return filePart(content.mimeType, content.data, content.name);
}

function filePart(mediaType: string, data: string, filename: string): UserPart {
  return { type: "file", mediaType, data: { type: "data", data }, filename };
}

function mediaParts(result: ToolResultContent): UserPart[] {
  if (result.media === undefined) return [];
  const label = `Image from the result of ${result.toolName} (${result.toolCallId}):`;
  return [{ type: "text", text: label }, filePart(result.media.mimeType, result.media.data, "image")];
}

function toolPart(result: ToolResultContent, rules: PromptRules): ToolPart {
  const identity = { type: "tool-result", toolCallId: result.toolCallId, toolName: result.toolName } as const;
  const text = result.text === "" ? "(no output)" : result.text;
  if (result.media === undefined) {
    return { ...identity, output: { type: result.isError ? "error-text" : "text", value: text } };
  }
  if (!rules.hasToolMedia) return { ...identity, output: { type: "text", value: `${text}\n(the image follows)` } };
  const { mimeType: mediaType, data } = result.media;
  const image = { type: "file", mediaType, data: { type: "data", data } } as const;
  // Gemini has no answer at all where an image stands alone.
  const label = { type: "text", text: result.text === "" ? "(image)" : result.text } as const;
  return { ...identity, output: { type: "content", value: [label, image] } };
}

/** The parts of a step whose blocks carry their metadata under the wire family's own key. */
export function assistantParts(
  blocks: readonly ModelBlock[],
  readOptions: (block: ModelBlock) => JsonObject | undefined,
): AssistantPart[] {
  return blocks.flatMap((block): AssistantPart[] => {
    const providerOptions = readOptions(block) as SharedV4ProviderOptions | undefined;
    const options = providerOptions === undefined ? {} : { providerOptions };
    if (block.kind === "tool-call") return [{ ...toolCallPart(block), ...options }];
    if (block.kind === "text") {
      const isEmpty = block.text === "" && providerOptions === undefined;
      return isEmpty ? [] : [{ type: "text", text: block.text, ...options }];
    }
    return [{ type: "reasoning", text: block.text, ...options }];
  });
}

export function toolCallPart(
  block: Extract<ModelBlock, { kind: "tool-call" }>,
): Extract<AssistantPart, { type: "tool-call" }> {
  const input: JsonValue = parseJson(block.input) ?? {};
  return { type: "tool-call", toolCallId: block.id, toolName: block.name, input: isJsonObject(input) ? input : {} };
}

export function buildTools(request: ModelRequest): LanguageModelV4FunctionTool[] {
  return request.tools.map((tool) => ({
    type: "function",
    name: tool.name,
    description: tool.description,
    inputSchema: tool.parameters,
  }));
}

/** The common settings of a request; undefined ones are left out. */
export function commonOptions(request: ModelRequest): {
  maxOutputTokens: number;
  temperature?: number;
  topP?: number;
  tools?: LanguageModelV4FunctionTool[];
} {
  return {
    maxOutputTokens: request.maxOutputTokens,
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.topP === undefined ? {} : { topP: request.topP }),
    ...(request.tools.length === 0 ? {} : { tools: buildTools(request) }),
  };
}

/** Config's options for the provider, the request's over the provider's own. */
export function mergedOptions(settingsOptions: JsonObject, request: ModelRequest): JsonObject {
  return { ...settingsOptions, ...request.providerOptions };
}

/** What a block's own provider must get back with it; of another model's blocks nothing is given back. */
export function ownMetadata(block: ModelBlock, key: string): JsonObject | undefined {
  const own = block.metadata?.[key];
  return isJsonObject(own) ? own : undefined;
}
