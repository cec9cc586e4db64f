import { isCostUnknown, type PartlyKnownCost } from "./cost.ts";

const shownMin = 0.0001;

/** What is not known is said not to be; what is known is shown as the least that it was. */
export function costWords(
  cost: PartlyKnownCost,
  words: { readonly unknown: string; readonly dollars: (usd: number) => string },
): string {
  if (isCostUnknown(cost)) return words.unknown;
  if (cost.unknownCostRequests === 0) return words.dollars(cost.knownCostUsd);
  return cost.knownCostUsd < shownMin ? ">$0" : `≥${words.dollars(cost.knownCostUsd)}`;
}

/** US$ as people read them: two decimals, four below ten cents. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < shownMin) return "<$0.0001";
  return `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}
