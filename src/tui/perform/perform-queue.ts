import { AppError } from "../../lib/app-error.ts";
import type { EffectHandlers } from "./perform-context.ts";

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

export const queueHandlers: EffectHandlers<QueueEffect> = {
  "queue-prompt": async ({ sessionId, text, attachments, kind }, context) => {
    try {
      await context.app.queue.add(sessionId, { text, attachments }, kind);
    } catch (error) {
      const isShown = context.state().session?.id === sessionId;
      if (isShown && error instanceof AppError) {
        context.dispatch({ type: "prompt-returned", sessionId, text, attachments, warning: null });
      }
      throw error;
    }
  },
  "read-queue": ({ sessionId }, context) => {
    context.dispatch({ type: "queue-read", sessionId, queue: context.app.queue.list(sessionId) });
  },
  "resume-queue": ({ sessionId }, { app }) => app.queue.resume(sessionId),
  "remove-queued": async ({ id }, { app }) => {
    await app.queue.remove(id);
  },
  "run-queued": async ({ id }, { app }) => {
    await app.queue.runNow(id);
  },
  "move-queued": async ({ id, place }, { app }) => {
    await app.queue.move(id, place);
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
