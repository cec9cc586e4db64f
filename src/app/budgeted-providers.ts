import { estimateRequestTokens } from "../agent/estimate-usage.ts";
import type { ModelEvent, ProviderFactory } from "../providers/provider.ts";
import { budgetNames } from "../schema/budget-text.ts";
import { dollars, limitDollars } from "../schema/cost-text.ts";
import { costOf } from "../schema/cost.ts";
import { asSessionId } from "../schema/ids.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import { noUsage } from "../schema/usage.ts";
import type { BudgetBreach, Budgets } from "./budgets.ts";
import { overheadLength } from "./model-request.ts";

/** An answer's length is not known before: about that of a usual step. */
const outputTokensGuess = 500;

/** US$ that a request is likely to cost at list price, nothing of it cached; null where the price is unknown. */
function estimateCost(settings: ProviderSettings, request: ModelRequest): number | null {
  if (settings.isFlatRate) return 0;
  const prices = settings.models.find(({ id }) => id === request.modelId)?.prices ?? null;
  const inputTokens = estimateRequestTokens(request.messages, overheadLength(request));
  const outputTokens = Math.min(outputTokensGuess, request.maxOutputTokens);
  return costOf({ ...noUsage, inputTokens, outputTokens }, prices);
}

function refusal({ scope, spentUsd, openUsd, limitUsd, estimateUsd }: BudgetBreach): ModelEvent {
  const open = openUsd > 0 ? `requests under way are likely to take ${dollars(openUsd)}, ` : "";
  const message =
    `The budget of ${budgetNames[scope]} does not cover the next request: ${dollars(spentUsd)} of ${limitDollars(limitUsd)} are spent, ` +
    `${open}and it would cost about ${dollars(estimateUsd)}`;
  return { type: "failure", failure: { kind: "budget", message, isRetryable: false } };
}

/** Providers that make no request which would pass a budget: a turn's, a title's or a summary's. */
export function budgetedProviders(
  createProvider: ProviderFactory,
  budgets: Pick<Budgets, "breach" | "begin">,
): ProviderFactory {
  return (settings) => {
    const provider = createProvider(settings);
    return {
      async *stream(request, signal) {
        const sessionId = asSessionId(request.cacheKey);
        const estimateUsd = estimateCost(settings, request);
        const breach = budgets.breach({ sessionId, estimateUsd, model: `${settings.id}/${request.modelId}` });
        if (breach !== null) {
          yield refusal(breach);
          return;
        }
        const end = budgets.begin(sessionId, estimateUsd ?? 0);
        // What was aborted is booked soon, however long its connection takes to end.
        signal.addEventListener("abort", end, { once: true });
        try {
          yield* provider.stream(request, signal);
        } finally {
          signal.removeEventListener("abort", end);
          end();
        }
      },
    };
  };
}
