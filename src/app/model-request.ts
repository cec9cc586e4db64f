import { estimateRequestTokens } from "../agent/estimate-usage.ts";
import type { ModelInfo } from "../schema/model.ts";
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
export function modelRequest(model: ResolvedModel, content: RequestContent): ModelRequest {
  const { choice, provider, info } = model;
  const effort = choice.reasoningEffort ?? info.defaultReasoningEffort;
  const providerOptions = { ...provider.providerOptions, ...choice.providerOptions };
  return {
    ...content,
    modelId: choice.model,
    maxOutputTokens: choice.maxTokens ?? fittingLimit(info, content),
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

/** What a useful step takes. It is kept where it fits without the share below, and the least that is ever asked for. */
const usualLimitMin = 8_192;
const limitMin = 1_024;
/** What the estimate of a prompt may be short of it: the share of code and JSON, and what the wire format adds. */
const promptMargin = { share: 0.25, tokens: 1_024 };

/**
 * The model's usual limit, or as much of it as its window has room for: many servers refuse what prompt and limit
 * together pass, and of some models the limit is the whole window.
 */
function fittingLimit({ contextWindow, defaultMaxTokens }: ModelInfo, content: RequestContent): number {
  if (contextWindow <= 0) return defaultMaxTokens;
  const promptTokens = estimateRequestTokens(content.messages, overheadLength(content));
  const room = contextWindow - promptTokens - promptMargin.tokens;
  const safeRoom = Math.floor(room - promptTokens * promptMargin.share);
  return Math.min(defaultMaxTokens, Math.max(safeRoom, Math.min(usualLimitMin, room), limitMin));
}

/** Characters that a request holds besides its messages, for estimates. */
export function overheadLength({ system, tools }: Pick<RequestContent, "system" | "tools">): number {
  return system.length + (tools.length === 0 ? 0 : JSON.stringify(tools).length);
}
