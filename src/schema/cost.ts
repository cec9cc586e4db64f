import type { ModelPrices } from "./model.ts";
import { totalTokens } from "./usage.ts";
import type { Usage } from "./usage.ts";

/** Anthropic's public price list: an hour in the cache costs twice the input price; five minutes 1.25 times. */
const longCacheWriteFactor = 2;
const tokensPerPrice = 1_000_000;
/** US$; no single request costs as much. */
const costUsdMax = 1_000_000;

/** The cost of a request as it can be booked: what cannot be true is unknown. */
export function believableCost(costUsd: number | null): number | null {
  return costUsd !== null && costUsd >= 0 && costUsd <= costUsdMax ? costUsd : null;
}

/** US$ at list price; null where the price is unknown and something was consumed. */
export function costOf(usage: Usage, prices: ModelPrices | null): number | null {
  if (totalTokens(usage) === 0) return 0;
  if (prices === null) return null;
  const shortCacheWrites = usage.cacheWriteTokens - usage.cacheWriteLongTokens;
  return (
    (usage.inputTokens * prices.input +
      usage.cacheReadTokens * prices.cacheRead +
      shortCacheWrites * prices.cacheWrite +
      usage.cacheWriteLongTokens * prices.input * longCacheWriteFactor +
      usage.outputTokens * prices.output) /
    tokensPerPrice
  );
}
