import { asSessionId, type SessionId } from "../schema/ids.ts";
import { type Desk, isQueuePaused, type UiState } from "./state.ts";

/** Why a session wants the person, the most urgent first. */
const reasons = ["asks", "failed", "finished", "paused"] as const;
export type AttentionReason = (typeof reasons)[number];

export function attentionOf(desk: Desk): AttentionReason | null {
  const { activity, unseen } = desk;
  if (activity.kind === "turn" && activity.phase === "permission") return "asks";
  if (unseen !== null) return unseen;
  return activity.kind === "idle" && isQueuePaused(desk) ? "paused" : null;
}

export interface Attention {
  readonly sessionId: SessionId;
  readonly title: string;
  readonly reason: AttentionReason;
}

/**
 * The other sessions that want the person, the most urgent first; of equal ones those after the shown session come first, so
 * that going from one to the next gets around.
 */
export function wantingAttention(state: UiState): readonly Attention[] {
  const entries = Object.entries(state.desks);
  const shown = entries.findIndex(([id]) => id === state.session?.id);
  const others = [...entries.slice(shown + 1), ...entries.slice(0, Math.max(0, shown))];
  return others
    .flatMap(([id, desk]): Attention[] => {
      const reason = attentionOf(desk);
      return reason === null ? [] : [{ sessionId: asSessionId(id), title: desk.title, reason }];
    })
    .toSorted((one, other) => reasons.indexOf(one.reason) - reasons.indexOf(other.reason));
}
