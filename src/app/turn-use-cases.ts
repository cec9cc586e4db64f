import type { TurnResult } from "../agent/turn-runner.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { totalTokens } from "../schema/usage.ts";
import type { App, ResolvedModel, TurnOutcome } from "./app.ts";
import { compactSession } from "./compact-session.ts";
import type { Context } from "./context.ts";
import { errorWords, failureHint } from "./failure-hint.ts";
import { runShellCommand } from "./run-shell-command.ts";
import { checkPrompt, storePrompt } from "./send-prompt.ts";
import { requireModel } from "./session-model.ts";
import { titleSession } from "./title-session.ts";
import type { TurnHandle } from "./turn-registry.ts";
import type { Work } from "./work.ts";

type TurnUseCases = Pick<
  App,
  "sendPrompt" | "cancelTurn" | "liveTurn" | "runningSessions" | "compactSession" | "runShellCommand" | "finishTitles"
>;

export function turnUseCases(context: Context, work: Work): TurnUseCases {
  return {
    sendPrompt: async (sessionId, prompt) => {
      checkPrompt(prompt);
      const costs = new CostSum(context, sessionId);
      const { outcome, model: answered } = await asTurn(
        { context, work, sessionId },
        async ({ signal, setRunner }, model) => {
          // The surroundings and the tools load while the prompt is stored.
          work.prompts.prepare(sessionId);
          const [engine] = await Promise.all([work.engine(), storePrompt(context, { sessionId, model }, prompt)]);
          return outcomeOf(await engine.run({ sessionId, model, signal, setRunner }), { model, costs });
        },
      ).finally(() => {
        costs.stop();
      });
      if (outcome.reason !== "error" && outcome.reason !== "canceled") {
        work.titles.add((signal) => titleSession(context, { sessionId, model: answered, signal, occasion: "turn" }));
      }
      return outcome;
    },
    compactSession: async (sessionId) => {
      const { outcome, model: answered } = await asTurn({ context, work, sessionId }, ({ signal }, model) =>
        compactSession(context, { sessionId, model, signal }),
      );
      if (outcome.reason === "end_turn") {
        work.titles.add((signal) =>
          titleSession(context, { sessionId, model: answered, signal, occasion: "compaction" }),
        );
      }
      return outcome;
    },
    cancelTurn: async (sessionId) => work.turns.cancel(sessionId),
    liveTurn: (sessionId) => {
      const turn = work.turns.get(sessionId);
      if (turn === undefined) return null;
      return {
        sessionId,
        startedAtMs: turn.startedAtMs,
        message: turn.runner?.streamingMessage() ?? null,
        pendingPermissions: work.readyEngine()?.desk.pending(sessionId) ?? [],
        retry: turn.runner?.retryState() ?? null,
      };
    },
    runningSessions: () => work.turns.running(),
    runShellCommand: async (sessionId, command, signal) => {
      if (command.trim() === "") throw new AppError("usage", "there is no command after the “!”");
      return work.commands.run({ sessionId, signal }, async (ended) =>
        runShellCommand(context, { sessionId, command, signal: ended }),
      );
    },
    finishTitles: async () => work.titles.finish(),
  };
}

/** Runs as the session's only turn, told to the watchers from its start to its end. */
async function asTurn(
  { context, work, sessionId }: { readonly context: Context; readonly work: Work; readonly sessionId: SessionId },
  run: (turn: TurnHandle, model: ResolvedModel) => Promise<TurnOutcome>,
): Promise<{ readonly outcome: TurnOutcome; readonly model: ResolvedModel }> {
  const { events, models, clock } = context;
  const { provider } = requireModel(context, sessionId);
  let hasStarted = false;
  try {
    const turn = await work.turns.run(sessionId, clock.nowMs(), async (handle) => {
      await models.expand(provider.id);
      const model = requireModel(context, sessionId);
      hasStarted = true;
      work.failed.delete(sessionId);
      events.emit({ type: "turn-start", sessionId });
      return { outcome: await run(handle, model), model };
    });
    const { reason, errorMessage, errorHint } = turn.outcome;
    if (reason === "error") work.failed.add(sessionId);
    events.emit({
      type: "turn-end",
      sessionId,
      reason,
      ...(errorMessage === undefined ? {} : { errorMessage }),
      ...(errorHint === undefined ? {} : { errorHint }),
    });
    return turn;
  } catch (error) {
    const { message, hint } = errorWords(error);
    if (hasStarted) {
      work.failed.add(sessionId);
      events.emit({ type: "turn-end", sessionId, reason: "error", errorMessage: message, errorHint: hint });
    }
    throw error;
  }
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
