import {
  type Budget,
  type BudgetScope,
  budgetScopes,
  type BudgetState,
  noBudget,
  withWarning,
} from "../schema/budget.ts";
import type { SessionId } from "../schema/ids.ts";
import { sessionLimit, setSessionLimit, type Spent, spentInProject } from "../store/budgets.ts";
import type { ReadHandle } from "../store/handle.ts";
import { sumOfChildren, sumOfSession } from "../store/usage-ledger.ts";
import { saveBudgetLimit } from "../config/save-budget.ts";
import { sessionNotFound } from "./find-session.ts";
import type { BudgetUseCases } from "./budget-use-cases.ts";
import type { Context } from "./context.ts";

/** A request that may not be made. */
export interface BudgetBreach {
  readonly scope: BudgetScope | "run";
  readonly spentUsd: number;
  readonly limitUsd: number;
  /** Of the request that was not made. */
  readonly estimateUsd: number;
}

type BudgetContext = Pick<Context, "config" | "store" | "clock" | "events">;

/** Keeps what requests may cost: asked before each of them. */
export class Budgets implements BudgetUseCases {
  readonly #context: BudgetContext;
  readonly #configured: Record<BudgetScope, Budget>;
  /** What the person was warned of, until the budget changes. */
  readonly #warned = new Set<string>();
  #processLimitUsd: number | null = null;
  #processSpentUsd = 0;

  constructor(context: BudgetContext) {
    this.#context = context;
    this.#configured = { ...context.config.budgets };
    context.events.watch((event) => {
      if (event.type === "usage-recorded") this.#processSpentUsd += event.record.costUsd ?? 0;
    });
  }

  states(sessionId: SessionId): readonly BudgetState[] {
    return this.#context.store.read((tx) => budgetScopes.map((scope) => this.#state(tx, scope, sessionId)));
  }

  async setLimit(scope: BudgetScope, sessionId: SessionId, limitUsd: number | null): Promise<void> {
    const { store, config } = this.#context;
    this.#warned.clear();
    if (scope === "session") {
      const isSet = await store.transact((tx) => setSessionLimit(tx, sessionId, limitUsd));
      if (!isSet) throw sessionNotFound(sessionId);
      return;
    }
    await saveBudgetLimit(config.globalDataDirectory, scope, limitUsd);
    this.#configured[scope] = limitUsd === null ? noBudget : withWarning({ warnUsd: null, limitUsd });
  }

  limitProcess(limitUsd: number): void {
    this.#processLimitUsd = limitUsd;
    this.#processSpentUsd = 0;
  }

  /** Null: the request may be made. Warns where it comes near a limit. */
  breach(sessionId: SessionId, estimateUsd: number): BudgetBreach | null {
    const run = { scope: "run", limitUsd: this.#processLimitUsd, spentUsd: this.#processSpentUsd } as const;
    const states = this.#context.store.read((tx) => this.#limited(tx, sessionId));
    for (const { scope, limitUsd, spentUsd } of [run, ...states]) {
      if (limitUsd !== null && spentUsd + estimateUsd > limitUsd) return { scope, limitUsd, spentUsd, estimateUsd };
    }
    for (const state of states) this.#warn(state, sessionId);
    return null;
  }

  /** The budgets that there are: what has been spent is summed for no others. */
  #limited(tx: ReadHandle, sessionId: SessionId): readonly BudgetState[] {
    return budgetScopes
      .filter((scope) => {
        const { warnUsd, limitUsd } = this.#budget(tx, scope, sessionId);
        return warnUsd !== null || limitUsd !== null;
      })
      .map((scope) => this.#state(tx, scope, sessionId));
  }

  #warn({ scope, spentUsd, warnUsd, limitUsd }: BudgetState, sessionId: SessionId): void {
    const key = scope === "session" ? sessionId : scope;
    if (warnUsd === null || spentUsd < warnUsd || this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#context.events.emit({ type: "budget-warned", sessionId, scope, spentUsd, limitUsd });
  }

  #budget(tx: ReadHandle, scope: BudgetScope, sessionId: SessionId): Budget {
    const own = scope === "session" ? sessionLimit(tx, sessionId) : undefined;
    return own === undefined ? this.#configured[scope] : withWarning({ warnUsd: null, limitUsd: own.limitUsd });
  }

  #state(tx: ReadHandle, scope: BudgetScope, sessionId: SessionId): BudgetState {
    return { scope, ...this.#budget(tx, scope, sessionId), ...this.#spent(tx, scope, sessionId) };
  }

  #spent(tx: ReadHandle, scope: BudgetScope, sessionId: SessionId): Spent {
    if (scope !== "session") return spentInProject(tx, scope === "day" ? this.#context.clock.nowMs() : null);
    const [own, children] = [sumOfSession(tx, sessionId), sumOfChildren(tx, sessionId)];
    return {
      spentUsd: own.knownCostUsd + children.knownCostUsd,
      unknownCostRequests: own.unknownCostRequests + children.unknownCostRequests,
    };
  }
}
