import type { JsonObject } from "../../lib/json.ts";
import type { ProviderSettings } from "../../schema/model.ts";
import { countOf, objectAt } from "../read-json.ts";
import type { WireUsage } from "../wire-call.ts";

/**
 * Chat Completions: `prompt_tokens` includes what the cache gave and took. Reasoning is part of `completion_tokens`,
 * except where the total says that it stands outside (xAI, Gemini's compatible address). Cache reads are named
 * differently by DeepSeek and Moonshot, cache writes are reported by OpenRouter and LiteLLM only.
 */
export function readChatUsage(raw: JsonObject | undefined, settings: ProviderSettings): WireUsage | null {
  if (raw === undefined) return null;
  const promptTokens = countOf(raw["prompt_tokens"]);
  const completionTokens = countOf(raw["completion_tokens"]);
  if (promptTokens === undefined && completionTokens === undefined) return null;
  const promptDetails = objectAt(raw, "prompt_tokens_details");
  const prompt = promptTokens ?? 0;
  const cacheReadTokens = Math.min(
    prompt,
    countOf(promptDetails["cached_tokens"]) ??
      countOf(raw["prompt_cache_hit_tokens"]) ??
      countOf(raw["cached_tokens"]) ??
      0,
  );
  const cacheWriteTokens = Math.min(
    prompt - cacheReadTokens,
    countOf(promptDetails["cache_write_tokens"]) ??
      countOf(promptDetails["cache_creation_tokens"]) ??
      countOf(raw["cache_creation_input_tokens"]) ??
      0,
  );
  const reasoningTokens = countOf(objectAt(raw, "completion_tokens_details")["reasoning_tokens"]) ?? 0;
  const completion = completionTokens ?? 0;
  const outsideTokens = isReasoningOutside(raw, { prompt, completion, reasoningTokens, settings })
    ? reasoningTokens
    : 0;
  const outputTokens = completion + outsideTokens;
  const costUsd = costOf(raw, settings);
  return {
    usage: {
      inputTokens: prompt - cacheReadTokens - cacheWriteTokens,
      cacheReadTokens,
      cacheWriteTokens,
      cacheWriteLongTokens: 0,
      outputTokens,
      reasoningTokens: Math.min(reasoningTokens, outputTokens),
      isEstimated: false,
    },
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

interface Counts {
  readonly prompt: number;
  readonly completion: number;
  readonly reasoningTokens: number;
  readonly settings: ProviderSettings;
}

function isReasoningOutside(raw: JsonObject, counts: Counts): boolean {
  const { prompt, completion, reasoningTokens, settings } = counts;
  if (reasoningTokens === 0) return false;
  const total = countOf(raw["total_tokens"]);
  if (total === prompt + completion + reasoningTokens) return true;
  return reasoningTokens > completion || (total === undefined && isXai(settings));
}

export function isXai({ id, baseUrl }: ProviderSettings): boolean {
  return id === "xai" || /^https:\/\/(?:[\w-]+\.)*x\.ai(?:\/|$)/u.test(baseUrl ?? "");
}

/**
 * OpenRouter and Vercel's gateway send what the request cost, in US$. With a key of the person's own for the upstream
 * provider (`is_byok`) `cost` is OpenRouter's fee only.
 */
function costOf(raw: JsonObject, { type }: ProviderSettings): number | undefined {
  const { cost } = raw;
  const isSent = type === "openrouter" || type === "vercel";
  if (!isSent || typeof cost !== "number" || !Number.isFinite(cost)) return undefined;
  const upstream = objectAt(raw, "cost_details")["upstream_inference_cost"];
  return raw["is_byok"] === true && typeof upstream === "number" ? cost + upstream : cost;
}
