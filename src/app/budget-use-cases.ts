import type { BudgetScope, BudgetState } from "../schema/budget.ts";
import type { SessionId } from "../schema/ids.ts";

/** What people do with budgets. */
export interface BudgetUseCases {
  /** Those of the session, the day and the project, in this order, budgets or not. */
  states(sessionId: SessionId): readonly BudgetState[];
  /** Sets the session's own limit; a day's or a project's in the global data config, for all projects. Null: none. */
  setLimit(scope: BudgetScope, sessionId: SessionId, limitUsd: number | null): Promise<void>;
  /** Models that the session's next requests go to and no limit can hold back, their price being unknown: `provider/model`. */
  unpriced(sessionId: SessionId): readonly string[];
  /** For this process only: what it may spend in all, from now on. */
  limitProcess(limitUsd: number): void;
}
