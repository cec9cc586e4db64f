/** A session is stopped in whichever process runs it: a request in its turn's row, which the owner looks for. */
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import { askTurnToStop, stopAskedBy, withdrawStop } from "../store/turns.ts";
import type { StoredTurn, TurnClaim } from "../store/turns.ts";
import type { Context } from "./context.ts";
import { processName } from "./turn-claims.ts";
import type { Work } from "./work.ts";

type StopContext = Pick<Context, "store" | "clock">;

/** A look costs 10 µs. */
const lookMs = 100;
/** A turn that is cancelled gives its tools some seconds to end. */
const answerMsMax = 10_000;

/** Ends what this process does in a session: its turn, its commands, its background jobs. */
export async function stopHere(work: Work, sessionId: SessionId): Promise<void> {
  await Promise.all([work.turns.cancel(sessionId), work.commands.endAll(sessionId)]);
  await work.readyEngine()?.toolSet.jobs.endAll(sessionId);
}

/** Looks, while a turn runs, whether another process asks for its end. Returns what ends the looking. */
export function honourStopRequests({ store, clock }: StopContext, work: Work, claim: TurnClaim): () => void {
  let cancelLook: () => void = () => undefined;
  const isAsked = (): boolean => {
    try {
      return store.read((tx) => stopAskedBy(tx, claim)) !== null;
    } catch {
      // The turn's own reads and writes report what is wrong with the database.
      return false;
    }
  };
  const look = (): void => {
    cancelLook = clock.after(lookMs, () => {
      if (isAsked()) void stopHere(work, claim.sessionId);
      else look();
    });
  };
  look();
  return () => {
    cancelLook();
  };
}

/**
 * Ends what any process does in these sessions. Turns of dead processes are settled. Throws AppError session-busy, naming
 * the process, where a living one does not answer.
 */
export async function stopEverywhere(
  context: StopContext,
  work: Work,
  sessionIds: readonly SessionId[],
): Promise<void> {
  for (const sessionId of sessionIds) {
    await stopHere(work, sessionId);
    await work.claims.settleDead(sessionId);
  }
  const { store } = context;
  const turns = store.read((tx) => sessionIds.flatMap((id) => work.claims.runningTurn(tx, id) ?? []));
  if (turns.length === 0) return;
  await store.transact((tx) => {
    for (const turn of turns) askTurnToStop(tx, turn, processName());
  });
  for (const turn of turns) {
    if (await hasEnded(context, work, turn)) continue;
    await store.transact((tx) => {
      for (const each of turns) withdrawStop(tx, each);
    });
    throw didNotStop(turn);
  }
}

async function hasEnded({ store, clock }: StopContext, work: Work, turn: StoredTurn): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < answerMsMax; waitedMs += lookMs) {
    if (store.read((tx) => work.claims.runningTurn(tx, turn.sessionId))?.fence !== turn.fence) return true;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    clock.after(lookMs, () => {
      resolve(undefined);
    });
    await promise;
  }
  return false;
}

function didNotStop({ ownerName, startedAtMs }: StoredTurn): AppError {
  const time = new Date(startedAtMs).toLocaleTimeString("en-GB");
  return new AppError(
    "session-busy",
    `the session is at work in another window and does not stop: ${ownerName}, since ${time}`,
    { hint: "it may be suspended: cancel its turn there, or end that process, and delete the session again" },
  );
}
