import { type Change, change } from "../change.ts";
import { endSearch } from "./update-search.ts";
import { shownDesk, type UiState } from "../state.ts";

/** Two presses within this time cancel; Crush's figure. */
const cancelWindowMs = 2000;

/** esc outside dialogs: stays where the program was about to leave, else cancels what runs (at the second press), else clears notices, else goes back to the prompt. */
export function cancelOrDismiss(state: UiState): Change {
  const isGoing = state.leavesAfter !== null || state.entering !== null;
  if (isGoing) return change({ ...state, leavesAfter: null, entering: null });
  if (state.search !== null) return endSearch(state);
  const { session } = state;
  const { activity } = shownDesk(state);
  if (session !== null && activity.kind !== "idle") {
    if (state.nowMs > state.cancelArmedUntilMs) {
      return change(
        { ...state, cancelArmedUntilMs: state.nowMs + cancelWindowMs },
        { type: "start-timer", timer: "cancel-armed", delayMs: cancelWindowMs, isWork: false },
      );
    }
    const effect = activity.kind === "shell" ? "cancel-shell" : "cancel-turn";
    return change({ ...state, cancelArmedUntilMs: 0 }, { type: effect, sessionId: session.id });
  }
  if (state.notices.length > 0) return change({ ...state, notices: [] });
  return change({ ...state, focus: "editor" });
}
