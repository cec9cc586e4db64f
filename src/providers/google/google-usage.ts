import type { JsonObject } from "../../lib/json.ts";
import type { Usage } from "../../schema/usage.ts";
import { countOf } from "../read-json.ts";

/** Gemini: the prompt's count includes what the cache gave; thoughts stand outside the answer's count. */
export function readGoogleUsage(raw: JsonObject | undefined): Usage | null {
  const promptTokens = countOf(raw?.["promptTokenCount"]);
  if (raw === undefined || promptTokens === undefined) return null;
  const inputTokens = promptTokens + (countOf(raw["toolUsePromptTokenCount"]) ?? 0);
  const cacheReadTokens = Math.min(inputTokens, countOf(raw["cachedContentTokenCount"]) ?? 0);
  const reasoningTokens = countOf(raw["thoughtsTokenCount"]) ?? 0;
  return {
    inputTokens: inputTokens - cacheReadTokens,
    cacheReadTokens,
    cacheWriteTokens: 0,
    cacheWriteLongTokens: 0,
    outputTokens: (countOf(raw["candidatesTokenCount"]) ?? 0) + reasoningTokens,
    reasoningTokens,
    isEstimated: false,
  };
}
