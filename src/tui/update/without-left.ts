import type { SessionId } from "../../schema/ids.ts";
import { withoutSession } from "../recent-sessions.ts";
import { knownDesk, type UiState } from "../state.ts";

/** Forgets a session that was left before anything was said in it, unless something has come to it since. */
export function withoutLeft(state: UiState, sessionId: SessionId): UiState {
  const desk = knownDesk(state, sessionId);
  if (desk === undefined || state.session?.id === sessionId) return state;
  const { activity, attachments, queue, dialogs } = desk;
  if (activity.kind !== "idle" || attachments.length + queue.length + dialogs.length > 0) return state;
  const { [sessionId]: _left, ...desks } = state.desks;
  return { ...state, desks, recent: withoutSession(state.recent, sessionId) };
}
