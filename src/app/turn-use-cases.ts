import type { TurnResult } from "../agent/turn-runner.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { totalTokens } from "../schema/usage.ts";
import type { App, PromptInput, ResolvedModel, TurnOutcome } from "./app.ts";
import { compactSession, nothingToCompact } from "./compact-session.ts";
import type { Context } from "./context.ts";
import { failureHint } from "./failure-hint.ts";
import type { LateForeignChanges } from "./late-foreign-changes.ts";
import { runAsTurn } from "./run-as-turn.ts";
import { runShellCommand } from "./run-shell-command.ts";
import { checkPrompt, promptWriter } from "./send-prompt.ts";
import { titleSession } from "./title-session.ts";
import type { Work } from "./work.ts";

type TurnUseCases = Pick<
  App,
  | "sendPrompt"
  | "cancelTurn"
  | "liveTurn"
  | "runningSessions"
  | "countStartedTurns"
  | "finishStartedTurns"
  | "compactSession"
  | "runShellCommand"
  | "finishTitles"
>;

export function turnUseCases(context: Context, work: Work, foreign: LateForeignChanges): TurnUseCases {
  return {
    sendPrompt: async (sessionId, prompt) => sendPrompt(context, work, { sessionId, prompt }),
    compactSession: async (sessionId) => {
      if (context.unsaved.get(sessionId) !== undefined) throw nothingToCompact();
      const { outcome, model: answered } = await runAsTurn(
        { context, work, sessionId, phase: "compacting" },
        { run: ({ signal, model, fenced }) => compactSession(fenced, { sessionId, model, signal }) },
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
      if (turn === undefined) return foreign.liveTurn(sessionId);
      return {
        sessionId,
        startedAtMs: turn.startedAtMs,
        message: turn.runner?.streamingMessage() ?? null,
        pendingPermissions: work.readyEngine()?.desk.pending(sessionId) ?? [],
        retry: turn.runner?.retryState() ?? null,
        unstored: work.patience.reasonOf(sessionId),
      };
    },
    runningSessions: () => work.turns.running(),
    countStartedTurns: () => work.started.count,
    finishStartedTurns: () => work.started.finish(),
    runShellCommand: async (sessionId, command, signal) => {
      if (command.trim() === "") throw new AppError("usage", "there is no command after the “!”");
      work.claims.requireFree(sessionId);
      return work.commands.run({ sessionId, signal }, async (ended) =>
        runShellCommand(context, { sessionId, command, signal: ended }),
      );
    },
    finishTitles: async () => work.titles.finish(),
  };
}

async function sendPrompt(
  context: Context,
  work: Work,
  { sessionId, prompt }: { readonly sessionId: SessionId; readonly prompt: PromptInput },
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
        return promptWriter(context, { sessionId, model }, prompt);
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
