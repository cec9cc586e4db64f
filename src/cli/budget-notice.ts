import { budgetWarnedText, priceMissingHint, priceMissingText } from "../schema/budget-text.ts";
import type { SessionEvent } from "../schema/session-event.ts";

/** What is told of budgets where no full screen is; null: nothing of them. */
export function budgetNotice(event: SessionEvent): { readonly message: string; readonly hint: string } | null {
  if (event.type === "price-missing") {
    return { message: priceMissingText(event.model, event), hint: priceMissingHint };
  }
  if (event.type !== "budget-warned") return null;
  const hint = "budgets are set under budgets in crush.json, or by /budget in the full screen";
  return { message: budgetWarnedText(event), hint };
}
