import { AppError } from "../lib/app-error.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import { takeQueued } from "../store/queue.ts";
import type { StoredPrompt } from "../store/queue.ts";
import type { PromptInput, TurnOutcome } from "./prompt.ts";
import type { Context } from "./context.ts";
import { runEngineTurn } from "./run-engine-turn.ts";
import { checkPrompt, promptWriter } from "./send-prompt.ts";
import { requireFinishedStep } from "./unfinished-step.ts";
import type { Work } from "./work.ts";

export interface PromptRun {
  readonly sessionId: SessionId;
  readonly prompt: PromptInput;
  /** The prompt's row in the queue: it leaves it in the transaction that begins the turn. Absent: it was not queued. */
  readonly queued?: StoredPrompt;
  readonly onStored?: (() => void) | undefined;
}

/** Stores the prompt and runs its turn; see App.sendPrompt. */
export async function runPrompt(
  context: Context,
  work: Work,
  { sessionId, prompt, queued, onStored }: PromptRun,
): Promise<TurnOutcome> {
  checkPrompt(prompt);
  let stored: MessageId | null = null;
  // With the commit: what fails from then on, the sync of the disk even, leaves the prompt where it is.
  const stop = context.events.watch((event) => {
    if (event.type === "message-created" && event.message.id === stored) onStored?.();
  });
  return runEngineTurn(context, work, {
    sessionId,
    phase: "starting",
    begin: (model) => {
      const write = promptWriter(context, { sessionId, model }, prompt);
      return (tx) => {
        if (prompt.goesOnAnyway !== true) requireFinishedStep(tx, sessionId);
        if (queued !== undefined && !takeQueued(tx, queued)) throw changedMeanwhile();
        stored = write(tx);
      };
    },
    resumed: () => null,
  }).finally(stop);
}

/** It stays in the queue as it is now. */
function changedMeanwhile(): AppError {
  return new AppError("session-busy", "the waiting prompt was changed or taken in this moment");
}
