import type { JsonObject } from "../../lib/json.ts";
import type { Usage } from "../../schema/usage.ts";
import { countOf, objectAt } from "../read-json.ts";

/** Responses: `input_tokens` includes what the cache gave and took, `output_tokens` includes reasoning. */
export function readResponsesUsage(raw: JsonObject | undefined): Usage | null {
  const inputTokens = countOf(raw?.["input_tokens"]);
  if (raw === undefined || inputTokens === undefined) return null;
  const details = objectAt(raw, "input_tokens_details");
  const cacheReadTokens = Math.min(inputTokens, countOf(details["cached_tokens"]) ?? 0);
  const cacheWriteTokens = Math.min(inputTokens - cacheReadTokens, countOf(details["cache_write_tokens"]) ?? 0);
  const outputTokens = countOf(raw["output_tokens"]) ?? 0;
  const reasoningTokens = countOf(objectAt(raw, "output_tokens_details")["reasoning_tokens"]) ?? 0;
  return {
    inputTokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWriteLongTokens: 0,
    outputTokens,
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
    isEstimated: false,
  };
}
