import type { TurnResult } from "../agent/turn-runner.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { totalTokens } from "../schema/usage.ts";
import { fencedStore } from "../store/fenced-store.ts";
import type { WriteHandle } from "../store/handle.ts";
import type { TurnClaim, TurnPhase } from "../store/turns.ts";
import type { App, ResolvedModel, TurnOutcome } from "./app.ts";
import { compactSession, nothingToCompact } from "./compact-session.ts";
import type { Context } from "./context.ts";
import { errorWords, failureHint } from "./failure-hint.ts";
import { runShellCommand } from "./run-shell-command.ts";
import { checkPrompt, promptWriter } from "./send-prompt.ts";
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
        { context, work, sessionId, phase: "starting" },
        {
          begin: (model) => {
            // The surroundings and the tools load while the prompt is stored.
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
    },
    compactSession: async (sessionId) => {
      if (context.unsaved.get(sessionId) !== undefined) throw nothingToCompact();
      const { outcome, model: answered } = await asTurn(
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
      work.claims.requireFree(sessionId);
      return work.commands.run({ sessionId, signal }, async (ended) =>
        runShellCommand(context, { sessionId, command, signal: ended }),
      );
    },
    finishTitles: async () => work.titles.finish(),
  };
}

interface TurnPlace {
  readonly context: Context;
  readonly work: Work;
  readonly sessionId: SessionId;
  readonly phase: TurnPhase;
}

interface ClaimedTurn extends TurnHandle {
  readonly model: ResolvedModel;
  readonly claim: TurnClaim;
  /** What the turn writes, it writes through this: refused once it has lost its place. */
  readonly fenced: Context;
}

interface TurnWork {
  /** What is written in the transaction that begins the turn. */
  readonly begin?: (model: ResolvedModel) => (tx: WriteHandle) => void;
  readonly run: (turn: ClaimedTurn) => Promise<TurnOutcome>;
}

/** Runs as the session's only turn in any process, told to the watchers from its start to its end. */
async function asTurn(
  { context, work, sessionId, phase }: TurnPlace,
  { begin, run }: TurnWork,
): Promise<{ readonly outcome: TurnOutcome; readonly model: ResolvedModel }> {
  const { events, models, clock } = context;
  const { provider } = requireModel(context, sessionId);
  let hasStarted = false;
  try {
    const turn = await work.turns.run(sessionId, clock.nowMs(), async (handle) => {
      await models.expand(provider.id);
      const model = requireModel(context, sessionId);
      const write = begin?.(model);
      const claim = await work.claims.claim({
        sessionId,
        phase,
        begin: (tx) => {
          hasStarted = true;
          tx.emit({ type: "turn-start", sessionId });
          write?.(tx);
        },
      });
      work.failed.delete(sessionId);
      const fenced = { ...context, store: fencedStore(context.store, claim) };
      return { outcome: await whileClaimed(work, claim, async () => run({ ...handle, model, claim, fenced })), model };
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

async function whileClaimed({ claims }: Work, claim: TurnClaim, run: () => Promise<TurnOutcome>): Promise<TurnOutcome> {
  try {
    const outcome = await run();
    await claims.release(claim);
    return outcome;
  } catch (error) {
    await claims.abandon(claim, error);
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
