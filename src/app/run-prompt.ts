import type { TurnResult } from "../agent/turn-runner.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { totalTokens } from "../schema/usage.ts";
import { takeQueued } from "../store/queue.ts";
import type { StoredPrompt } from "../store/queue.ts";
import type { ResolvedModel } from "./app.ts";
import type { PromptInput, TurnOutcome } from "./prompt.ts";
import type { Context } from "./context.ts";
import { failureHint } from "./failure-hint.ts";
import { runAsTurn } from "./run-as-turn.ts";
import { checkPrompt, promptWriter } from "./send-prompt.ts";
import { titleSession } from "./title-session.ts";
import { requireFinishedStep } from "./unfinished-step.ts";
import type { Work } from "./work.ts";

export interface PromptRun {
  readonly sessionId: SessionId;
  readonly prompt: PromptInput;
  /** The prompt's row in the queue: it leaves it in the transaction that begins the turn. Absent: it was not queued. */
  readonly queued?: StoredPrompt;
}

/** Stores the prompt and runs its turn; see App.sendPrompt. */
export async function runPrompt(
  context: Context,
  work: Work,
  { sessionId, prompt, queued }: PromptRun,
): Promise<TurnOutcome> {
  checkPrompt(prompt);
  const costs = new CostSum(context, sessionId);
  const { outcome, model: answered } = await runAsTurn(
    { context, work, sessionId, phase: "starting" },
    {
      begin: (model) => {
        // The surroundings and the tools load while the prompt is stored; what goes wrong is seen where they are used.
        work.prompts.prepare(sessionId);
        work.engine().catch(() => undefined);
        const write = promptWriter(context, { sessionId, model }, prompt);
        return (tx) => {
          if (prompt.goesOnAnyway !== true) requireFinishedStep(tx, sessionId);
          if (queued !== undefined && !takeQueued(tx, queued)) throw changedMeanwhile();
          write(tx);
        };
      },
      run: async (turn) => {
        const engine = await work.engine();
        return outcomeOf(await engine.run({ sessionId, ...turn }), { model: turn.model, costs });
      },
    },
  ).finally(() => {
    costs.stop();
  });
  if (outcome.reason !== "error" && outcome.reason !== "canceled") {
    work.titles.add((signal) => titleSession(context, { sessionId, model: answered, signal, occasion: "turn" }));
  }
  return outcome;
}

/** It stays in the queue as it is now. */
function changedMeanwhile(): AppError {
  return new AppError("session-busy", "the waiting prompt was changed or taken in this moment");
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
