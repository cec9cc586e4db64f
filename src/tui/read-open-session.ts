import type { App } from "../app/app.ts";
import type { SessionId } from "../schema/ids.ts";
import { activityOf } from "./live-activity.ts";
import type { UiMessage } from "./ui-message.ts";

/** The facts of the session that is shown, or about to be (`isOpening`). Throws AppError where it is gone. */
export function readOpenSession(
  app: App,
  sessionId: SessionId,
  { isOpening }: { readonly isOpening: boolean },
): UiMessage {
  const live = app.liveTurn(sessionId);
  return {
    type: "session-read",
    details: isOpening ? app.openSession(sessionId) : app.showSession(sessionId),
    model: app.sessionModel(sessionId),
    activity: activityOf(live),
    commandElsewhere: app.liveCommands(sessionId).find(({ isElsewhere }) => isElsewhere)?.command ?? null,
    permissions: live?.pendingPermissions ?? [],
    queue: app.queue.list(sessionId),
    isOpening,
  };
}
