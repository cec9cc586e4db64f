import { type Budget, type BudgetScope, withWarning } from "../schema/budget.ts";
import type { Config } from "./config.ts";
import type { Settings } from "./settings-schema.ts";

export function toBudgets({ budgets }: Pick<Settings, "budgets">): Config["budgets"] {
  const budgetOf = (scope: BudgetScope): Budget => {
    const { warn_usd: warnUsd = null, limit_usd: limitUsd = null } = budgets?.[scope] ?? {};
    return withWarning({ warnUsd, limitUsd });
  };
  return Object.freeze({ session: budgetOf("session"), day: budgetOf("day"), project: budgetOf("project") });
}
