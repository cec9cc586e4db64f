import type { LanguageModelV4Message } from "@ai-sdk/provider";
import type { JsonObject } from "../../lib/json.ts";
import { isJsonObject } from "../../lib/json.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import type { ModelBlock } from "../../schema/model-request.ts";
import { ownMetadata, toolCallPart } from "../build-prompt.ts";
import type { AssistantMessage, AssistantPart } from "../build-prompt.ts";
import { needsReasoningWithCalls, usualReasoningField } from "./chat-reasoning.ts";

/** The key of a step's metadata in this family: what a server of this kind wants back beside text and calls. */
export const chatMetadataKey = "openaiChat";

/**
 * A step as Chat Completions has it: one text and the calls; where the same model made it, with their signatures and the
 * reasoning in the field in which it came.
 */
export function chatAssistantMessage(
  message: AssistantMessage,
  { settings, isOwn }: { readonly settings: ProviderSettings; readonly isOwn: boolean },
): LanguageModelV4Message | null {
  const content = message.blocks.flatMap((block): AssistantPart[] => {
    if (block.kind === "text") return block.text === "" ? [] : [{ type: "text", text: block.text }];
    return block.kind === "tool-call" ? [isOwn ? signedCallPart(block) : toolCallPart(block)] : [];
  });
  if (content.length === 0) return null;
  const fields = { ...emptyReasoning(message, settings), ...(isOwn ? reasoningOf(message, settings) : {}) };
  return {
    role: "assistant",
    content,
    // The package copies these fields into the message as they are.
    ...(Object.keys(fields).length === 0 ? {} : { providerOptions: { openaiCompatible: fields } }),
  };
}

/** Gemini's compatible address signs calls; the package takes the signature under this key. */
function signedCallPart(block: Extract<ModelBlock, { kind: "tool-call" }>): AssistantPart {
  const signature = ownMetadata(block, "openaiCompatible")?.["thoughtSignature"];
  const part = toolCallPart(block);
  return typeof signature === "string"
    ? { ...part, providerOptions: { google: { thoughtSignature: signature } } }
    : part;
}

function emptyReasoning(message: AssistantMessage, settings: ProviderSettings): JsonObject {
  const hasCalls = message.blocks.some((block) => block.kind === "tool-call");
  return hasCalls && needsReasoningWithCalls(settings) ? { reasoning_content: "" } : {};
}

function reasoningOf(message: AssistantMessage, settings: ProviderSettings): JsonObject {
  const kept =
    message.blocks.map((block) => ownMetadata(block, chatMetadataKey)).find((own) => own !== undefined) ?? {};
  const text = message.blocks.flatMap((block) => (block.kind === "reasoning" ? [block.text] : [])).join("");
  const keptField = kept["reasoningField"];
  const field = typeof keptField === "string" ? keptField : usualReasoningField(settings);
  const details = Array.isArray(kept["reasoningDetails"]) ? { reasoning_details: kept["reasoningDetails"] } : {};
  return { ...(text === "" || field === null ? {} : { [field]: text }), ...details };
}

/** How many of the last messages get a cache mark; with the system prompt's that makes three of Anthropic's four. */
const markedMessagesMax = 2;

/** Claude behind a gateway caches only what is marked: the system prompt and the last messages from our side. */
export function markForCache(messages: readonly JsonObject[]): JsonObject[] {
  const mine = messages.filter((message) => message["role"] === "user" || message["role"] === "tool");
  const marked = new Set([
    ...messages.filter((message) => message["role"] === "system"),
    ...mine.slice(-markedMessagesMax),
  ]);
  return messages.map((message) => (marked.has(message) ? withMark(message) : message));
}

function withMark(message: JsonObject): JsonObject {
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : Array.isArray(content) ? content : [];
  const at = parts.findLastIndex((part) => isJsonObject(part) && part["type"] === "text" && part["text"] !== "");
  if (at < 0) return message;
  const mark = { cache_control: { type: "ephemeral" } };
  return {
    ...message,
    content: parts.map((part, index) => (index === at && isJsonObject(part) ? { ...part, ...mark } : part)),
  };
}
