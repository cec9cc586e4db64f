import { AppError } from "../../lib/app-error.ts";
import { type BudgetScope, budgetScopes, type BudgetState, limitUsdMax } from "../../schema/budget.ts";
import { budgetNames, priceMissingHint } from "../../schema/budget-text.ts";
import { dollars, limitDollars } from "../../schema/cost-text.ts";
import { plural } from "../format.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { EffectHandlers } from "./perform-context.ts";

interface BudgetOrder {
  readonly scope: BudgetScope;
  /** US$; null: no limit. */
  readonly limitUsd: number | null;
}

interface BudgetAnswer {
  readonly text: string;
  readonly tone?: "warning";
  readonly hint?: string;
}

const example = "for example /budget 2, /budget day 10, /budget project 100, /budget session off";

/** `[session|day|project] <US$>|off`; null where nothing is asked for. Throws AppError `usage`. */
function readOrder(argument: string): BudgetOrder | null {
  const words = argument.split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0) return null;
  const scope = budgetScopes.find((candidate) => candidate === words[0]);
  const [amount, ...rest] = scope === undefined ? words : words.slice(1);
  if (amount === undefined || rest.length > 0) {
    throw new AppError("usage", `“${argument}” is no budget`, { hint: example });
  }
  if (amount === "off") return { scope: scope ?? "session", limitUsd: null };
  const limitUsd = Number(amount.replace(/^\$/u, ""));
  if (!/^\$?\d+(?:\.\d+)?$/u.test(amount)) {
    throw new AppError("usage", `“${amount}” is no amount of US$`, { hint: example });
  }
  if (limitUsd > limitUsdMax) {
    throw new AppError("usage", `a limit is at most $${limitUsdMax}`, { hint: "/budget off takes it away" });
  }
  return { scope: scope ?? "session", limitUsd };
}

function stateText({ scope, spentUsd, limitUsd, unknownCostRequests }: BudgetState): string {
  const limit = limitUsd === null ? ", no limit" : ` of ${limitDollars(limitUsd)}`;
  const unknown = unknownCostRequests > 0 ? ` and ${plural(unknownCostRequests, "request")} of unknown price` : "";
  return `${budgetNames[scope]} ${dollars(spentUsd)}${unknown}${limit}`;
}

/** A limit that can't hold is told with it. */
function answer(states: readonly BudgetState[], unpriced: readonly string[]): BudgetAnswer {
  const text = `Spent: ${states.map(stateText).join("; ")}`;
  if (unpriced.length === 0 || states.every(({ limitUsd }) => limitUsd === null)) return { text };
  const models = sanitizeLine(unpriced.join(" and "));
  const warning = `The price of ${models} is unknown: no limit can hold such requests back`;
  return { tone: "warning", text: `${text}. ${warning}`, hint: priceMissingHint };
}

export const budgetHandlers: EffectHandlers<"budget"> = {
  budget: async ({ sessionId, argument }, context) => {
    const { budgets } = context.app;
    const order = readOrder(argument);
    if (order !== null) await budgets.setLimit(order.scope, sessionId, order.limitUsd);
    const states = budgets.states(sessionId);
    const unpriced = budgets.unpriced(sessionId);
    if (order === null) {
      context.dispatch({ type: "notify", tone: "info", hint: example, ...answer(states, unpriced) });
      return;
    }
    const changed = states.filter(({ scope }) => scope === order.scope);
    context.dispatch({ type: "notify", tone: "success", ...answer(changed, unpriced) });
  },
};
