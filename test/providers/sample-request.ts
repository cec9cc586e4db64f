import type { ProviderSettings } from "../../src/schema/model.ts";
import type { ModelMessage, ModelRequest, ToolDefinition, ToolResultContent } from "../../src/schema/model-request.ts";
import type { CollectedAnswer } from "./collect-answer.ts";

/** A PNG of one pixel. */
export const onePixelPng =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const viewTool: ToolDefinition = {
  name: "view",
  description: "Reads a file.",
  parameters: {
    type: "object",
    properties: { file_path: { type: "string" }, limit: { type: "integer" } },
    required: ["file_path"],
    additionalProperties: false,
  },
};

const bashTool: ToolDefinition = {
  name: "bash",
  description: "Runs a command.",
  parameters: { type: "object", properties: { command: { type: "string" } }, required: ["command"] },
};

export function userMessage(text: string): ModelMessage {
  return { role: "user", content: [{ kind: "text", text }] };
}

export function sampleRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    modelId: "scripted",
    system: "You are a careful assistant.",
    messages: [userMessage("What does README.md say?")],
    tools: [viewTool, bashTool],
    maxOutputTokens: 4_000,
    canReason: false,
    supportsImages: true,
    cacheKey: "11111111-2222-4333-8444-555555555555",
    ...changes,
  };
}

export function sampleSettings(changes: Partial<ProviderSettings>): ProviderSettings {
  return {
    id: "sample",
    name: "Sample",
    type: "openai-compat",
    baseUrl: null,
    apiKey: "sk-sample-0123456789",
    keyVariable: "SAMPLE_API_KEY",
    extraHeaders: {},
    extraBody: {},
    providerOptions: {},
    systemPromptPrefix: "",
    isFlatRate: false,
    defaultLargeModelId: null,
    defaultSmallModelId: null,
    models: [],
    ...changes,
  };
}

/** The conversation one step later: the answer, and a result for each of its calls. */
export function continued(
  request: ModelRequest,
  answer: CollectedAnswer,
  options: { readonly providerId: string; readonly resultOf?: (name: string) => Partial<ToolResultContent> },
): ModelRequest {
  const { providerId, resultOf = () => ({}) } = options;
  const blocks = answer.blocks.map((block) =>
    block.kind === "tool-call" ? { ...block, input: isJson(block.input) ? block.input : "{}" } : block,
  );
  const results = answer.calls.map((call) => ({
    toolCallId: call.id,
    toolName: call.name,
    text: `result of ${call.name}`,
    isError: false,
    ...resultOf(call.name),
  }));
  const step: ModelMessage = { role: "assistant", blocks, providerId, modelId: request.modelId };
  const next: ModelMessage = results.length > 0 ? { role: "tool", results } : userMessage("Go on.");
  return { ...request, messages: [...request.messages, step, next] };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
