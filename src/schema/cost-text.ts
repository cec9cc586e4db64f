import { isCostUnknown, type PartlyKnownCost } from "./cost.ts";

const shownMin = 0.0001;
const limitDigitsMax = 9;

/** What is not known is said not to be; what is known is shown as the least that it was. */
export function costWords(
  cost: PartlyKnownCost,
  words: { readonly unknown: string; readonly dollars: (usd: number) => string },
): string {
  if (isCostUnknown(cost)) return words.unknown;
  if (cost.unknownCostRequests === 0) return words.dollars(cost.knownCostUsd);
  return cost.knownCostUsd < shownMin ? ">$0" : `≥${words.dollars(cost.knownCostUsd)}`;
}

/** A limit as it was set, which may be below what prices are rounded to. */
export function limitDollars(usd: number): string {
  const [whole = "", digits = ""] = usd.toFixed(limitDigitsMax).split(".");
  const kept = digits.replace(/0+$/u, "");
  return kept.length <= 2 ? dollars(usd) : `$${whole}.${kept.padEnd(4, "0")}`;
}

/** US$ as people read them: two decimals, four below ten cents. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < shownMin) return "<$0.0001";
  return `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}
