import { type PartlyKnownCost, wholeCost } from "../schema/cost.ts";
import { costWords } from "../schema/cost-text.ts";
import { totalTokens, type Usage } from "../schema/usage.ts";

/** With thousands separated, whatever the machine's language. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/gu, ",");
}

/** An unknown price is shown as unknown, never as $0. */
export function formatCost(costUsd: number | null): string {
  if (costUsd === null) return "unknown";
  return `$${costUsd.toFixed(costUsd >= 1 || costUsd === 0 ? 2 : 4)}`;
}

/** Of several requests: `≥` where some of them have no known price. */
export function formatCosts(cost: PartlyKnownCost): string {
  return costWords(cost, { unknown: "unknown", dollars: formatCost });
}

/** For JSON: `cost_usd` is null where it is not all known; what is known stands beside it. */
export function costJson(cost: PartlyKnownCost): Readonly<Record<string, number | null>> {
  return {
    cost_usd: wholeCost(cost),
    known_cost_usd: cost.knownCostUsd,
    unknown_cost_requests: cost.unknownCostRequests,
  };
}

/** All tokens consumed, `~` before what is estimated. */
export function formatTotal(usage: Usage): string {
  return `${usage.isEstimated ? "~" : ""}${formatCount(totalTokens(usage))}`;
}

/** The classes that the total is made of; those with nothing in them are left out. */
export function formatClasses(usage: Usage): string {
  const classes: readonly (readonly [string, number])[] = [
    ["input", usage.inputTokens],
    ["cache read", usage.cacheReadTokens],
    ["cache write", usage.cacheWriteTokens],
    ["output", usage.outputTokens],
    ["of it reasoning", usage.reasoningTokens],
  ];
  return classes
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(", ");
}

/** For JSON: the classes apart, their sum, and whether they are estimated. */
export function usageJson(usage: Usage): Readonly<Record<string, number | boolean>> {
  return {
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    total_tokens: totalTokens(usage),
    is_estimated: usage.isEstimated,
  };
}
