import type { BudgetScope } from "./budget.ts";
import { dollars } from "./cost-text.ts";

export const budgetNames: Readonly<Record<BudgetScope | "run", string>> = {
  session: "this session",
  day: "today",
  project: "this project",
  run: "this run",
};

/** Of a model whose requests are in no sum, where there is a limit. */
export function priceMissingText(
  model: string,
  { scope, limitUsd }: { readonly scope: BudgetScope | "run"; readonly limitUsd: number },
): string {
  return `The price of ${model} is unknown: the limit of ${dollars(limitUsd)} for ${budgetNames[scope]} can’t hold its requests back`;
}

export const priceMissingHint = "cost_per_1m_in and cost_per_1m_out of the model in crush.json set it";
