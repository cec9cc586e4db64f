import { wantingAttention } from "./attention.ts";
import { shownDesk, type UiState } from "./state.ts";

/** For the terminal's tab, and for whoever watches from outside: `ready`, `working` or `asks`, then the title. */
export function terminalTitle(state: UiState): string {
  const { activity } = shownDesk(state);
  const isAsking = activity.kind === "turn" && activity.phase === "permission";
  const word = activity.kind === "idle" ? "ready" : isAsking ? "asks" : "working";
  const asking = wantingAttention(state).filter(({ reason }) => reason === "asks").length;
  const others = asking === 0 ? "" : ` (${asking} asking)`;
  return `crush: ${word}${others} – ${state.session?.details.session.title ?? ""}`;
}
