import type { Theme } from "../../term/theme.ts";
import { type Desk, isQueued, isQueuePaused } from "../state.ts";

interface DeskState {
  /** A sign and words: nothing is told by colour alone. */
  readonly text: string;
  readonly style: Extract<keyof Theme, "muted" | "warning" | "success">;
}

/** What the session does, in a word or three. */
export function deskState(desk: Pick<Desk, "activity" | "queue">): DeskState {
  const { activity } = desk;
  if (activity.kind === "idle") {
    return isQueuePaused(desk) ? { text: "‖ prompts paused", style: "warning" } : { text: "○ ready", style: "muted" };
  }
  if (isQueued(activity)) return { text: "⧗ waiting for its turn", style: "muted" };
  const isAsking = activity.kind === "turn" && activity.phase === "permission";
  return isAsking ? { text: "? waiting for you", style: "warning" } : { text: "● working", style: "success" };
}
