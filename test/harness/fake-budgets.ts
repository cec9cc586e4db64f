import type { BudgetUseCases } from "../../src/app/budget-use-cases.ts";
import { type BudgetScope, budgetScopes, type BudgetState, noBudget } from "../../src/schema/budget.ts";
import type { SessionId } from "../../src/schema/ids.ts";

/** Budgets in memory: what is set is what there is, and 1.5 US$ are spent of each. */
export class FakeBudgets implements BudgetUseCases {
  readonly #limits = new Map<BudgetScope, number | null>();
  readonly #record: (name: string, ...values: readonly string[]) => void;

  unknownCostRequests = 0;
  unpricedModels: readonly string[] = [];

  constructor(record: (name: string, ...values: readonly string[]) => void) {
    this.#record = record;
  }

  states(): readonly BudgetState[] {
    return budgetScopes.map((scope) => ({
      ...noBudget,
      scope,
      limitUsd: this.#limits.get(scope) ?? null,
      spentUsd: 1.5,
      unknownCostRequests: this.unknownCostRequests,
    }));
  }

  unpriced(): readonly string[] {
    return this.unpricedModels;
  }

  async setLimit(scope: BudgetScope, sessionId: SessionId, limitUsd: number | null): Promise<void> {
    this.#record("setLimit", scope, sessionId, String(limitUsd));
    this.#limits.set(scope, limitUsd);
  }

  limitProcess(limitUsd: number): void {
    this.#record("limitProcess", String(limitUsd));
  }
}
