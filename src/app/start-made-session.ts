import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import { getSession } from "../store/sessions.ts";
import type { PromptInput, TurnOutcome } from "./prompt.ts";
import type { Context } from "./context.ts";
import { saveDraft } from "./session-draft.ts";

type StartContext = Pick<Context, "store" | "secrets" | "unsaved" | "log" | "shortId">;

/** Runs the first turn of a session that a tool made. A prompt that can't be taken waits there as a draft. */
export async function startMadeSession(
  context: StartContext,
  { sessionId, prompt }: { readonly sessionId: SessionId; readonly prompt: string },
  sendPrompt: (sessionId: SessionId, prompt: PromptInput) => Promise<TurnOutcome>,
): Promise<void> {
  try {
    await sendPrompt(sessionId, { text: prompt, attachments: [] });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { store, log, shortId } = context;
    log.write("warn", "a session that was made could not start", { session: shortId(sessionId), error: error.code });
    const made = store.read((tx) => getSession(tx, sessionId));
    if (made !== null && made.messageCount === 0) await saveDraft(context, sessionId, prompt);
  }
}
