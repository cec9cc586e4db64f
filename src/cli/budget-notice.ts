import { priceMissingHint, priceMissingText } from "../schema/budget-text.ts";
import type { SessionEvent } from "../schema/session-event.ts";

/** What is told of budgets where no full screen is; null: nothing of them. */
export function budgetNotice(event: SessionEvent): { readonly message: string; readonly hint: string } | null {
  if (event.type !== "price-missing") return null;
  return { message: priceMissingText(event.model, event), hint: priceMissingHint };
}
