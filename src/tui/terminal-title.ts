import { shownDesk, type UiState } from "./state.ts";

/** For the terminal's tab, and for whoever watches from outside: `ready`, `working` or `asks`, then the title. */
export function terminalTitle(state: UiState): string {
  const { activity } = shownDesk(state);
  const isAsking = activity.kind === "turn" && activity.phase === "permission";
  const word = activity.kind === "idle" ? "ready" : isAsking ? "asks" : "working";
  return `crush: ${word} – ${state.session?.details.session.title ?? ""}`;
}
