import type { TurnResult } from "../agent/turn-runner.ts";
import type { SessionId } from "../schema/ids.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { totalTokens } from "../schema/usage.ts";
import { countTurns } from "../store/message-pages.ts";
import type { TurnPhase } from "../store/turns.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { failureHint } from "./failure-hint.ts";
import type { TurnOutcome } from "./prompt.ts";
import { runAsTurn, type TurnWork } from "./run-as-turn.ts";
import { titleSession } from "./title-session.ts";
import type { ResumedTurn } from "./turn-engine.ts";
import type { Work } from "./work.ts";

export interface EngineTurn {
  readonly sessionId: SessionId;
  readonly phase: TurnPhase;
  /** What is written in the transaction that begins the turn. */
  readonly begin: NonNullable<TurnWork["begin"]>;
  /** Asked once that is done; null: the turn begins with a request. */
  readonly resumed: () => ResumedTurn | null;
}

/** Runs a turn of requests and tool calls to its end, and looks for a better title after it. */
export async function runEngineTurn(
  context: Context,
  work: Work,
  { sessionId, phase, begin, resumed }: EngineTurn,
): Promise<TurnOutcome> {
  const costs = new CostSum(context, sessionId);
  let turn = 0;
  const { outcome, model: answered } = await runAsTurn(
    { context, work, sessionId, phase },
    {
      begin: (model) => {
        // The surroundings and the tools load while the beginning is stored; what goes wrong is seen where they are used.
        work.prompts.prepare(sessionId);
        work.engine().catch(() => undefined);
        return begin(model);
      },
      run: async (claimed) => {
        const engine = await work.engine();
        const left = resumed();
        const result = await engine.run({ sessionId, ...claimed, ...(left === null ? {} : { resumed: left }) });
        // Afterwards a prompt that has waited may have begun the next one.
        turn = context.store.read((tx) => countTurns(tx, sessionId));
        return outcomeOf(result, { model: claimed.model, costs });
      },
    },
  ).finally(() => {
    costs.stop();
  });
  if (outcome.reason !== "error" && outcome.reason !== "canceled") {
    const titled = { sessionId, model: answered, occasion: { turn } };
    work.titles.add(sessionId, async (signal) => titleSession(context, work.turns, { ...titled, signal }));
  }
  return outcome;
}

/** What a turn's requests cost, as they are booked. */
class CostSum {
  #costUsd: number | null = 0;
  readonly stop: () => void;

  constructor({ events }: Pick<Context, "events">, sessionId: SessionId) {
    this.stop = events.watch((event) => {
      if (event.type === "usage-recorded" && event.sessionId === sessionId) this.#add(event.record);
    });
  }

  get costUsd(): number | null {
    return this.#costUsd;
  }

  #add({ purpose, costUsd, usage }: UsageRecord): void {
    if (purpose !== "turn" || (costUsd === null && totalTokens(usage) === 0)) return;
    this.#costUsd = this.#costUsd === null || costUsd === null ? null : this.#costUsd + costUsd;
  }
}

function outcomeOf(
  { reason, text, usage, failure }: TurnResult,
  { model, costs }: { readonly model: ResolvedModel; readonly costs: CostSum },
): TurnOutcome {
  const outcome = { reason, text, usage, costUsd: costs.costUsd };
  if (failure === null) return outcome;
  return {
    ...outcome,
    errorMessage: failure.message,
    errorHint: failureHint(failure, model),
    failureKind: failure.kind,
  };
}
