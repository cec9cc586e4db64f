import type { App } from "../../app/app.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";

/** Whether the session was deleted, by whomever. */
export function isGone(app: App, sessionId: SessionId): boolean {
  try {
    app.showSession(sessionId);
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === "session-not-found") return true;
    throw error;
  }
}
