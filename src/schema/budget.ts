/** What a budget is for: a session with its children, a day of this project (local time), or this project for good. */
export const budgetScopes = ["session", "day", "project"] as const;
export type BudgetScope = (typeof budgetScopes)[number];

/** US$; null: none. */
export interface Budget {
  /** From here on the person is warned. */
  readonly warnUsd: number | null;
  /** No request is made that is estimated to pass it. */
  readonly limitUsd: number | null;
}

/** US$. Bounded, so that no sum of them is beyond what the database can hold. */
export const limitUsdMax = 1_000_000;

export const noBudget: Budget = { warnUsd: null, limitUsd: null };

/** A budget and what of it is spent. */
export interface BudgetState extends Budget {
  readonly scope: BudgetScope;
  /** Of the requests whose cost is known. */
  readonly spentUsd: number;
  /** Requests that consumed tokens at an unknown price: they are in no sum. */
  readonly unknownCostRequests: number;
}

/** Where only a limit is set, a warning comes at this part of it. */
const warnPart = 0.8;

export function withWarning({ warnUsd, limitUsd }: Budget): Budget {
  return { limitUsd, warnUsd: warnUsd ?? (limitUsd === null ? null : limitUsd * warnPart) };
}
