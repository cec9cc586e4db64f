import type { LiveTurn } from "../app/app.ts";
import type { ElsewhereWork } from "../schema/session-event.ts";
import type { Activity } from "./state.ts";

/** What a session that is opened does, as the app knows it. */
export function activityOf(live: LiveTurn | null): Activity {
  if (live === null) return { kind: "idle" };
  const phase = live.pendingPermissions.length > 0 ? "permission" : phaseElsewhere(live.work ?? null);
  return {
    kind: "turn",
    startedAtMs: live.startedAtMs,
    phase,
    tool: live.pendingPermissions[0]?.tool ?? "",
    retry: live.retry,
    unstored: live.unstored ?? null,
    isLeft: live.isLeft ?? false,
  };
}

/** Of a turn in another window: "waiting" where that waits for its model. */
export function phaseElsewhere(work: ElsewhereWork | null): "waiting" | "tools-elsewhere" | "asks-elsewhere" {
  if (work === null) return "waiting";
  return work === "tools" ? "tools-elsewhere" : "asks-elsewhere";
}
