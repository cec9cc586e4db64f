import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { QueuedPrompt } from "../../schema/queued-prompt.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";

type QueueEffect =
  | "queue-prompt"
  | "read-queue"
  | "resume-queue"
  | "remove-queued"
  | "run-queued"
  | "move-queued"
  | "turn-queued"
  | "edit-queued"
  | "take-over";

function readQueue(context: PerformContext, sessionId: SessionId): void {
  context.dispatch({ type: "queue-read", sessionId, queue: context.app.queue.list(sessionId) });
}

/** Where it can't be stored, the person gets the prompt back. */
export async function addToQueue(
  context: PerformContext,
  prompt: Pick<QueuedPrompt, "sessionId" | "text" | "attachments" | "kind">,
): Promise<void> {
  const { sessionId, text, attachments, kind } = prompt;
  try {
    await context.app.queue.add(sessionId, { text, attachments }, kind);
  } catch (error) {
    if (error instanceof AppError) {
      context.dispatch({ type: "prompt-returned", sessionId, text, attachments, warning: null });
    }
    throw error;
  }
}

export const queueHandlers: EffectHandlers<QueueEffect> = {
  "queue-prompt": (prompt, context) => addToQueue(context, prompt),
  "read-queue": ({ sessionId }, context) => {
    readQueue(context, sessionId);
  },
  "resume-queue": ({ sessionId }, { app }) => app.queue.resume(sessionId),
  "remove-queued": async ({ id }, { app }) => {
    await app.queue.remove(id);
  },
  "run-queued": async ({ id }, { app }) => {
    await app.queue.runNow(id);
  },
  "move-queued": async ({ id, sessionId, place }, context) => {
    let isMoved = false;
    try {
      isMoved = await context.app.queue.move(id, place);
    } finally {
      // It is shown as moved already; else its own event tells.
      if (!isMoved) readQueue(context, sessionId);
    }
  },
  "turn-queued": async ({ id, kind }, { app }) => {
    await app.queue.setKind(id, kind);
  },
  "take-over": ({ sessionId }, { app }) => app.queue.takeOver(sessionId),
  "edit-queued": async ({ prompt }, context) => {
    const { id, sessionId, text, attachments } = prompt;
    const isTaken = await context.app.queue.remove(id);
    if (isTaken) context.dispatch({ type: "prompt-returned", sessionId, text, attachments, warning: null });
  },
};
