import type { ModelPrices } from "./model.ts";
import { totalTokens } from "./usage.ts";
import type { Usage } from "./usage.ts";

/** Anthropic's public price list: an hour in the cache costs twice the input price; five minutes 1.25 times. */
const longCacheWriteFactor = 2;
const tokensPerPrice = 1_000_000;
/** US$; no single request costs as much. */
const costUsdMax = 1_000_000;

/** What some requests cost together. */
export interface PartlyKnownCost {
  /** US$ of those whose cost is known. */
  readonly knownCostUsd: number;
  /** Those that consumed tokens at an unknown price. */
  readonly unknownCostRequests: number;
}

/** US$; null as soon as one request's cost is unknown: for readers that take a number for the whole. */
export function wholeCost({ knownCostUsd, unknownCostRequests }: PartlyKnownCost): number | null {
  return unknownCostRequests > 0 ? null : knownCostUsd;
}

/** Whether there is nothing to show: some of it is unknown, and the rest is nothing. */
export function isCostUnknown({ knownCostUsd, unknownCostRequests }: PartlyKnownCost): boolean {
  return unknownCostRequests > 0 && knownCostUsd === 0;
}

export function addCosts(costs: readonly PartlyKnownCost[]): PartlyKnownCost {
  return {
    knownCostUsd: costs.reduce((sum, cost) => sum + cost.knownCostUsd, 0),
    unknownCostRequests: costs.reduce((sum, cost) => sum + cost.unknownCostRequests, 0),
  };
}

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
