import type { BudgetScope } from "./budget.ts";
import { dollars, limitDollars } from "./cost-text.ts";

export const budgetNames: Readonly<Record<BudgetScope | "run", string>> = {
  session: "this session",
  day: "today",
  project: "this project",
  run: "this run",
};

const whose = { session: "this session’s budget", day: "today’s budget", project: "the project’s budget" } as const;

/** That spending comes near a limit. */
export function budgetWarnedText(warned: {
  readonly scope: BudgetScope;
  readonly spentUsd: number;
  readonly limitUsd: number | null;
}): string {
  const limit = warned.limitUsd === null ? "" : ` of ${limitDollars(warned.limitUsd)}`;
  return `${dollars(warned.spentUsd)}${limit} of ${whose[warned.scope]} is spent`;
}

/** Of a model whose requests are in no sum, where there is a limit. */
export function priceMissingText(
  model: string,
  { scope, limitUsd }: { readonly scope: BudgetScope | "run"; readonly limitUsd: number },
): string {
  return `The price of ${model} is unknown: the limit of ${limitDollars(limitUsd)} for ${budgetNames[scope]} can’t hold its requests back`;
}

export const priceMissingHint = "cost_per_1m_in and cost_per_1m_out of the model in crush.json set it";
