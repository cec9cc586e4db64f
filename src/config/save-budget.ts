import type { BudgetScope } from "../schema/budget.ts";
import { saveSetting } from "./save-setting.ts";

/** Sets a limit in the global data config; null takes it away. */
export async function saveBudgetLimit(
  globalDataDirectory: string,
  scope: BudgetScope,
  limitUsd: number | null,
): Promise<void> {
  const value = limitUsd === null ? undefined : { limit_usd: limitUsd };
  await saveSetting(globalDataDirectory, { keys: ["budgets", scope], value });
}
