import { isModelProblem } from "../../app/app.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { FoundMessage } from "../found-message.ts";
import type { EffectHandlers, PerformContext } from "./perform-context.ts";
import { addToQueue } from "./perform-queue.ts";

/** The view changes at once; what is left behind is put in order after that. */
async function switchTo(context: PerformContext, sessionId: SessionId, at?: FoundMessage): Promise<void> {
  const previous = context.state().session?.id;
  const saved = previous === undefined ? null : context.saveDraft(previous);
  context.show(sessionId);
  if (at !== undefined) context.dispatch({ type: "message-found", at });
  if (saved === null || previous === undefined || previous === sessionId) return;
  await saved;
  const isKept = await context.app.leaveSession(previous);
  if (!isKept) context.dispatch({ type: "session-left", sessionId: previous });
}

async function createSession(context: PerformContext): Promise<SessionId> {
  const { app } = context;
  const before = context.state().session;
  const { id } = await app.createSession();
  const model = app.sessionModel(id);
  // With no default yet, a new session goes on with the model that works in this window.
  if (isModelProblem(model) && before !== null && !isModelProblem(before.model)) {
    await app.chooseModel(id, before.model.choice);
  }
  return id;
}

/** Where none can be made, the person gets the task back as it was typed. */
async function createFor(context: PerformContext, task: string): Promise<SessionId> {
  const typedIn = context.state().session?.id;
  try {
    return await createSession(context);
  } catch (error) {
    if (task !== "" && typedIn !== undefined && error instanceof AppError) {
      const text = `/new ${task}`;
      context.dispatch({ type: "prompt-returned", sessionId: typedIn, text, attachments: [], warning: null });
    }
    throw error;
  }
}

/** The task is sent in the moment in which the session is shown: whatever comes later may be meant for another one. */
export async function createAndShow(context: PerformContext, task = ""): Promise<void> {
  const { left } = await context.making(async () => {
    const switched = switchTo(context, await createFor(context, task));
    if (task !== "") sendTask(context, task);
    return { left: switched };
  });
  await left;
}

function sendTask(context: PerformContext, task: string): void {
  context.editor().setText(task);
  context.dispatch({ type: "editor-changed", editor: { text: task, token: "" } });
  context.dispatch({ type: "command", command: "send", argument: "" });
}

type SessionEffect =
  | "open-session"
  | "read-session"
  | "read-title"
  | "new-session"
  | "rename-session"
  | "read-grants"
  | "revoke-grant";

export const sessionHandlers: EffectHandlers<SessionEffect> = {
  "open-session": ({ sessionId, at }, context) => switchTo(context, sessionId, at),
  "read-session": (_effect, context) => {
    context.markSessionStale();
  },
  "read-title": ({ sessionId }, context) => {
    const title = context.app.views.title(sessionId);
    const isAsking = context.app.liveTurn(sessionId)?.isLeft === true;
    context.dispatch({ type: "session-titled", sessionId, title, isAsking });
  },
  "new-session": ({ prompt }, context) => createAndShow(context, prompt),
  "rename-session": async ({ sessionId, title, expected }, { app }) => {
    await app.renameSession(sessionId, title, expected === undefined ? {} : { expected });
  },
  "read-grants": (_effect, context) => {
    const id = context.state().session?.id;
    if (id !== undefined) context.dispatch({ type: "grants-read", grants: context.app.listGrants(id) });
  },
  "revoke-grant": async ({ grantId }, context) => {
    await context.app.revokeGrant(grantId);
    const id = context.state().session?.id;
    if (id !== undefined) context.dispatch({ type: "grants-read", grants: context.app.listGrants(id) });
  },
};

type TurnEffect =
  | "send-prompt"
  | "cancel-turn"
  | "run-shell"
  | "cancel-shell"
  | "compact"
  | "answer-permission"
  | "resume-turn";

/** Refused before it was stored: the prompt goes back to the person, with the reason. */
async function sendPrompt(
  context: PerformContext,
  prompt: Parameters<EffectHandlers<"send-prompt">["send-prompt"]>[0],
): Promise<void> {
  const { sessionId, text, attachments, isDraft, goesOnAnyway } = prompt;
  let isStored = false;
  try {
    const more = goesOnAnyway ? { goesOnAnyway } : {};
    await context.app.sendPrompt(sessionId, { text, attachments, isDraft, ...more }, () => {
      isStored = true;
    });
  } catch (error) {
    if (isStored || !(error instanceof AppError)) throw error;
    if (error.code === "session-busy") {
      // Another process was faster: the prompt waits for its turn there.
      await addToQueue(context, { sessionId, text, attachments, kind: "follow-up" });
      return;
    }
    const warning = error.code === "session-unfinished" ? error.code : null;
    context.dispatch({ type: "prompt-returned", sessionId, text, attachments, warning });
    throw error;
  }
}

/** Where the turn can't be taken up now (no model, another window has the session), what is still asked is asked again. */
async function resumeTurn(
  context: PerformContext,
  { sessionId, requestId, answer }: Parameters<EffectHandlers<"resume-turn">["resume-turn"]>[0],
): Promise<void> {
  const { app } = context;
  try {
    await app.resumeTurn(sessionId, requestId, answer);
  } catch (error) {
    const live = app.liveTurn(sessionId);
    for (const request of live?.isLeft === true ? live.pendingPermissions : []) {
      const event = { type: "permission-asked", sessionId, request, origin: "left" } as const;
      context.dispatch({ type: "session-event", event });
    }
    context.markSessionStale();
    throw error;
  }
}

export const turnHandlers: EffectHandlers<TurnEffect> = {
  "send-prompt": (effect, context) => {
    context.runTurn(effect.sessionId, () => sendPrompt(context, effect));
  },
  "cancel-turn": ({ sessionId }, { app }) => app.cancelTurn(sessionId),
  "run-shell": ({ sessionId, command }, context) => {
    const abort = new AbortController();
    const { promise: done, resolve } = Promise.withResolvers<void>();
    context.shells.set(sessionId, { abort, done });
    context.runTurn(sessionId, async () => {
      try {
        await context.app.runShellCommand(sessionId, command, abort.signal);
      } finally {
        context.shells.delete(sessionId);
        resolve();
      }
    });
  },
  "cancel-shell": ({ sessionId }, { shells }) => {
    shells.get(sessionId)?.abort.abort();
  },
  compact: ({ sessionId }, context) => {
    context.runTurn(sessionId, async () => {
      const outcome = await context.app.compactSession(sessionId);
      if (outcome.reason === "error" || outcome.reason === "canceled") return;
      context.dispatch({ type: "notify", tone: "success", text: "Compacted: the next prompt starts from the summary" });
    });
  },
  "answer-permission": ({ requestId, answer }, { app }) => {
    app.answerPermission(requestId, answer);
  },
  "resume-turn": (effect, context) => {
    context.runTurn(effect.sessionId, () => resumeTurn(context, effect));
  },
};
