import type { AnthropicLanguageModelOptions } from "@ai-sdk/anthropic";
import type { ModelRequest } from "../../schema/model-request.ts";

type ThinkingOptions = Pick<AnthropicLanguageModelOptions, "thinking" | "effort">;
type Effort = NonNullable<AnthropicLanguageModelOptions["effort"]>;

/** Tokens to think with where no effort can be chosen; the limit of the answer grows by as much. */
const budgetTokensMax = 8_192;
const budgetTokensMin = 1_024;

const efforts: Readonly<Record<string, Effort>> = {
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "xhigh",
  max: "max",
};

/** Models with an effort think as much as they need; the others get a budget once thinking is switched on. */
export function thinkingOptions(request: ModelRequest): ThinkingOptions {
  const { reasoningEffort, think, canReason, maxOutputTokens, modelId } = request;
  if (!canReason) return {};
  const effort = efforts[reasoningEffort ?? ""];
  if (effort !== undefined && !hasEffortOnly(modelId)) {
    return { effort, thinking: { type: "adaptive", display: "summarized" } };
  }
  const effortOption = effort === undefined ? {} : { effort };
  if (think === true) {
    const budgetTokens = Math.max(budgetTokensMin, Math.min(budgetTokensMax, Math.floor(maxOutputTokens / 2)));
    return { ...effortOption, thinking: { type: "enabled", budgetTokens } };
  }
  const isOff = reasoningEffort === "none" || think === false;
  return isOff ? { ...effortOption, thinking: { type: "disabled" } } : effortOption;
}

/** Takes an effort, but does not decide by itself how long to think. */
function hasEffortOnly(modelId: string): boolean {
  return modelId.includes("opus-4-5") || modelId.includes("opus-4.5");
}
