import type { ModelMessage, ModelRequest, ToolDefinition } from "../schema/model-request.ts";
import type { ResolvedModel } from "./app.ts";

export interface RequestContent {
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolDefinition[];
  /** Groups a session's requests; holds nothing of its content. */
  readonly cacheKey: string;
}

/** A request to this model, with what the person and the catalogue say about it. */
export function modelRequest({ choice, provider, info }: ResolvedModel, content: RequestContent): ModelRequest {
  const effort = choice.reasoningEffort ?? info.defaultReasoningEffort;
  const providerOptions = { ...provider.providerOptions, ...choice.providerOptions };
  return {
    ...content,
    modelId: choice.model,
    maxOutputTokens: choice.maxTokens ?? info.defaultMaxTokens,
    canReason: info.canReason,
    supportsImages: info.supportsImages,
    ...(effort !== null && info.canReason ? { reasoningEffort: effort } : {}),
    ...(choice.think === undefined ? {} : { think: choice.think }),
    ...(choice.temperature === undefined ? {} : { temperature: choice.temperature }),
    ...(choice.topP === undefined ? {} : { topP: choice.topP }),
    ...(choice.topK === undefined ? {} : { topK: choice.topK }),
    ...(Object.keys(providerOptions).length === 0 ? {} : { providerOptions }),
  };
}

/** Characters that a request holds besides its messages, for estimates. */
export function overheadLength({ system, tools }: Pick<RequestContent, "system" | "tools">): number {
  return system.length + (tools.length === 0 ? 0 : JSON.stringify(tools).length);
}
