import type { LiveTurn } from "../app/app.ts";
import type { Activity } from "./state.ts";

/** What a session that is opened does, as the app knows it. */
export function activityOf(live: LiveTurn | null): Activity {
  if (live === null) return { kind: "idle" };
  const phase = live.pendingPermissions.length > 0 ? "permission" : "waiting";
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
