import type { SessionId } from "../schema/ids.ts";
import type { WriteHandle } from "../store/handle.ts";
import type { TurnClaim, TurnPhase } from "../store/turns.ts";
import type { ResolvedModel } from "./app.ts";
import type { TurnOutcome } from "./prompt.ts";
import type { Context } from "./context.ts";
import { errorWords } from "./failure-hint.ts";
import { requireModel } from "./session-model.ts";
import type { TurnHandle } from "./turn-registry.ts";
import type { Work } from "./work.ts";

export interface TurnPlace {
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

export interface TurnWork {
  /** What is written in the transaction that begins the turn. */
  readonly begin?: (model: ResolvedModel) => (tx: WriteHandle, claim: TurnClaim) => void;
  readonly run: (turn: ClaimedTurn) => Promise<TurnOutcome>;
}

/** Runs as the session's only turn in any process, told to the watchers from its start to its end. */
export async function runAsTurn(
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
        begin: (tx, own) => {
          tx.emit({ type: "turn-start", sessionId });
          write?.(tx, own);
          hasStarted = true;
        },
      });
      const fenced = { ...context, store: context.guards.fence(context.store, claim) };
      const outcome = await whileClaimed(work, claim, async () => run({ ...handle, model, claim, fenced }));
      return { outcome, model };
    });
    const { reason, errorMessage, errorHint } = turn.outcome;
    work.tellEnded(sessionId, reason);
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
      work.tellEnded(sessionId, "error");
      events.emit({ type: "turn-end", sessionId, reason: "error", errorMessage: message, errorHint: hint });
    }
    throw error;
  }
}

async function whileClaimed({ claims }: Work, claim: TurnClaim, run: () => Promise<TurnOutcome>): Promise<TurnOutcome> {
  try {
    const outcome = await run();
    await claims.release(claim, outcome.reason);
    return outcome;
  } catch (error) {
    await claims.abandon(claim, error);
    throw error;
  }
}
