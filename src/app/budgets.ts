import { KeptBudgets } from "../config/kept-budgets.ts";
import { type Budget, type BudgetScope, budgetScopes, type BudgetState, withWarning } from "../schema/budget.ts";
import type { SessionId } from "../schema/ids.ts";
import { sessionLimit, setSessionLimit, type Spent, spentInProject } from "../store/budgets.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listDescendants } from "../store/sessions.ts";
import { sumOfChildren, sumOfSession } from "../store/usage-ledger.ts";
import { sessionNotFound } from "./find-session.ts";
import type { BudgetUseCases } from "./budget-use-cases.ts";
import type { Context } from "./context.ts";
import { OpenRequests } from "./open-requests.ts";
import { unpricedModels } from "./unpriced-models.ts";

/** A request that may not be made. */
export interface BudgetBreach {
  readonly scope: BudgetScope | "run";
  readonly spentUsd: number;
  /** What requests under way are likely to take. */
  readonly openUsd: number;
  readonly limitUsd: number;
  /** Of the request that was not made. */
  readonly estimateUsd: number;
}

/** A request that is to be made. */
export interface PlannedRequest {
  readonly sessionId: SessionId;
  /** `provider/model`. */
  readonly model: string;
  /** US$; null: its price is unknown. */
  readonly estimateUsd: number | null;
}

/** A limit, and what counts against it. */
interface Held {
  readonly scope: BudgetScope | "run";
  readonly limitUsd: number | null;
  readonly spentUsd: number;
  readonly openUsd: number;
}

type BudgetContext = Pick<Context, "config" | "store" | "clock" | "events" | "models">;

/**
 * Keeps what requests may cost: asked before each of them. Requests under way count with their estimates, those of this
 * process: of another one what it has booked counts.
 */
export class Budgets implements BudgetUseCases {
  readonly #context: BudgetContext;
  readonly #kept: KeptBudgets;
  readonly #open: OpenRequests;
  /** The warnings that the person has had, by scope or session: another budget warns anew. */
  readonly #warnedUsd = new Map<string, number>();
  /** Models of unknown price of which the person was told, with the limit. */
  readonly #missing = new Set<string>();
  #processLimitUsd: number | null = null;
  #processSpentUsd = 0;

  constructor(context: BudgetContext) {
    this.#context = context;
    this.#kept = new KeptBudgets(context.config);
    this.#open = new OpenRequests(context.clock);
    context.events.watch((event) => {
      if (event.type !== "usage-recorded") return;
      this.#processSpentUsd += event.record.costUsd ?? 0;
      this.#open.book(event.sessionId);
    });
  }

  states(sessionId: SessionId): readonly BudgetState[] {
    return this.#context.store.read((tx) => budgetScopes.map((scope) => this.#state(tx, scope, sessionId)));
  }

  unpriced(sessionId: SessionId): readonly string[] {
    return unpricedModels(this.#context, sessionId);
  }

  async setLimit(scope: BudgetScope, sessionId: SessionId, limitUsd: number | null): Promise<void> {
    if (scope !== "session") return this.#kept.setLimit(scope, limitUsd);
    const isSet = await this.#context.store.transact((tx) => setSessionLimit(tx, sessionId, limitUsd));
    if (!isSet) throw sessionNotFound(sessionId);
  }

  limitProcess(limitUsd: number): void {
    this.#processLimitUsd = limitUsd;
    this.#processSpentUsd = 0;
  }

  /** Null: the request may be made. Warns where it comes near a limit, or where a limit can't hold it back. */
  breach(request: PlannedRequest): BudgetBreach | null {
    const { sessionId } = request;
    const estimateUsd = request.estimateUsd ?? 0;
    const states = this.#context.store.read((tx) =>
      this.#limited(tx, sessionId).map((state) => ({ ...state, openUsd: this.#openUsd(tx, state.scope, sessionId) })),
    );
    const run = {
      scope: "run",
      limitUsd: this.#processLimitUsd,
      spentUsd: this.#processSpentUsd,
      openUsd: this.#open.sumUsd(),
    } as const;
    for (const { scope, limitUsd, spentUsd, openUsd } of [run, ...states]) {
      if (limitUsd === null || spentUsd + openUsd + estimateUsd <= limitUsd) continue;
      return { scope, limitUsd, spentUsd, openUsd, estimateUsd };
    }
    for (const state of states) this.#warn(state, sessionId);
    if (request.estimateUsd === null) this.#tellMissing([run, ...states], request);
    return null;
  }

  /** The request is made and counts until it is booked. What is returned is called however it ends, or more than once. */
  begin(sessionId: SessionId, estimateUsd: number): () => void {
    return this.#open.add(sessionId, estimateUsd);
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
    if (warnUsd === null || spentUsd < warnUsd || this.#warnedUsd.get(key) === warnUsd) return;
    this.#warnedUsd.set(key, warnUsd);
    this.#context.events.emit({ type: "budget-warned", sessionId, scope, spentUsd, limitUsd });
  }

  /** The first limit stands for all. */
  #tellMissing(held: readonly Held[], { sessionId, model }: PlannedRequest): void {
    const [first] = held.flatMap(({ scope, limitUsd }) => {
      if (limitUsd === null) return [];
      const key = [model, scope, scope === "session" ? sessionId : "", limitUsd].join("\n");
      if (this.#missing.has(key)) return [];
      this.#missing.add(key);
      return [{ scope, limitUsd }];
    });
    if (first !== undefined) this.#context.events.emit({ type: "price-missing", sessionId, model, ...first });
  }

  #budget(tx: ReadHandle, scope: BudgetScope, sessionId: SessionId): Budget {
    const own = scope === "session" ? sessionLimit(tx, sessionId) : undefined;
    return own === undefined ? this.#kept.current()[scope] : withWarning({ warnUsd: null, limitUsd: own.limitUsd });
  }

  #openUsd(tx: ReadHandle, scope: BudgetScope, sessionId: SessionId): number {
    if (scope !== "session") return this.#open.sumUsd();
    const family = new Set([sessionId, ...listDescendants(tx, sessionId).map(({ id }) => id)]);
    return this.#open.sumUsd((id) => family.has(id));
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
