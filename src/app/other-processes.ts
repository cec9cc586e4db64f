import type { Store } from "../store/store.ts";
import type { Context } from "./context.ts";
import { LateForeignChanges } from "./late-foreign-changes.ts";
import { PromptQueue } from "./prompt-queue.ts";
import { sweepRemains } from "./remove-remains.ts";
import { stopHere } from "./stop-session.ts";
import { TurnOwners } from "./turn-owners.ts";
import type { Work } from "./work.ts";

/** What this process has to do with others that work on the same project. */
export interface OtherProcesses extends Disposable {
  readonly foreign: LateForeignChanges;
  readonly owners: TurnOwners;
  readonly queue: PromptQueue;
}

export function otherProcesses(
  context: Context,
  work: Work,
  { store, isHeadless }: { readonly store: Store; readonly isHeadless: boolean },
): OtherProcesses {
  const owners = new TurnOwners(context, work);
  const foreign = new LateForeignChanges({
    context,
    store,
    claims: work.claims,
    ownTurns: () => work.turns.running(),
    isOwnCommand: (id) => work.commands.has(id),
    answer: (turn) => {
      owners.answer(turn);
    },
    sweep: () => {
      if (!store.isReadOnly) void sweepRemains(context);
    },
    openedVersion: store.foreignVersion(),
  });
  const lookAtTurns = (): void => {
    foreign.lookAtTurns();
  };
  const queue = new PromptQueue(context, work, { owners, isHeadless, lookAtTurns });
  // Deleted here, it is stopped already; deleted elsewhere, what works for it must stop.
  context.events.watch(({ type, sessionId }) => {
    // Who runs a turn hears what others ask of it.
    if (type === "turn-start") foreign.start();
    if (type === "session-deleted") void stopHere(work, sessionId);
  });
  return {
    foreign,
    owners,
    queue,
    [Symbol.dispose]: () => {
      foreign[Symbol.dispose]();
      queue[Symbol.dispose]();
    },
  };
}
