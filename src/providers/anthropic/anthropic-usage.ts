import type { JsonObject } from "../../lib/json.ts";
import { isJsonObject } from "../../lib/json.ts";
import { addUsage, noUsage } from "../../schema/usage.ts";
import type { Usage } from "../../schema/usage.ts";
import { countOf, objectAt } from "../read-json.ts";

/**
 * Messages: `input_tokens` stands beside what the cache gave and took; the split of writes by lifetime is in
 * `cache_creation`. Where the server made several passes (`iterations`: compaction, server tools), the totals hold the
 * last one only, so the passes are summed. One that another model made, as advisor or after a fallback, is left out:
 * it has another price.
 */
export function readAnthropicUsage(raw: JsonObject | undefined): Usage | null {
  if (raw === undefined) return null;
  const iterations = Array.isArray(raw["iterations"]) ? raw["iterations"].filter((entry) => isJsonObject(entry)) : [];
  const passes = iterations.filter(({ type }) => type === "message" || type === "compaction");
  const isServedByFallback = iterations.some(({ type }) => type === "fallback_message");
  if (passes.length === 0 || isServedByFallback) return passUsage(raw, raw);
  const total = passes.reduce((sum: Usage, pass) => addUsage(sum, passUsage(pass, raw)), noUsage);
  // The split by lifetime is reported for the whole request where a pass has none.
  const cacheWriteLongTokens = Math.min(total.cacheWriteLongTokens, total.cacheWriteTokens);
  return { ...total, cacheWriteLongTokens, reasoningTokens: Math.min(reasoningOf(raw), total.outputTokens) };
}

function passUsage(pass: JsonObject, whole: JsonObject): Usage {
  const split = objectAt("cache_creation" in pass ? pass : whole, "cache_creation");
  const long = countOf(split["ephemeral_1h_input_tokens"]) ?? 0;
  const short = countOf(split["ephemeral_5m_input_tokens"]) ?? 0;
  const cacheWriteTokens = countOf(pass["cache_creation_input_tokens"]) ?? short + long;
  const outputTokens = countOf(pass["output_tokens"]) ?? 0;
  return {
    inputTokens: countOf(pass["input_tokens"]) ?? 0,
    cacheReadTokens: countOf(pass["cache_read_input_tokens"]) ?? 0,
    cacheWriteTokens,
    cacheWriteLongTokens: Math.min(long, cacheWriteTokens),
    outputTokens,
    reasoningTokens: Math.min(reasoningOf(pass), outputTokens),
    isEstimated: false,
  };
}

function reasoningOf(usage: JsonObject): number {
  return countOf(objectAt(usage, "output_tokens_details")["thinking_tokens"]) ?? 0;
}
