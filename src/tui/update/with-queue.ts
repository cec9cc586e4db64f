import type { SessionId } from "../../schema/ids.ts";
import type { QueuedPrompt } from "../../schema/queued-prompt.ts";
import { withDesk } from "../change.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import { keptChoice } from "../dialogs/live-choice.ts";
import { deskOf, type UiState } from "../state.ts";

/** The session's waiting prompts are these now; in their list, open or put away, the chosen one stays chosen. */
export function withQueue(state: UiState, sessionId: SessionId, queue: readonly QueuedPrompt[]): UiState {
  const desk = deskOf(state, sessionId);
  const kept = (dialog: Dialog): Dialog => (dialog.kind === "todos" ? keptChoice(dialog, desk.queue, queue) : dialog);
  const next = withDesk(state, sessionId, { queue, dialogs: desk.dialogs.map(kept) });
  return state.session?.id === sessionId ? { ...next, dialogs: next.dialogs.map(kept) } : next;
}
