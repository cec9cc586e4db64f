import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";

export interface SessionSave {
  readonly sessionId: SessionId;
  readonly done: Promise<void>;
}

/**
 * Waits for all of them, so that none is cut off by another's failure. Rejects with a bug, or with what the session that was
 * asked for met: of the others, whose saving is only tried again, the person was told when it failed first.
 */
export async function settleSaves(asked: SessionId | null, saves: readonly SessionSave[]): Promise<void> {
  const results = await Promise.allSettled(saves.map(({ done }) => done));
  for (const [index, result] of results.entries()) {
    if (result.status === "fulfilled") continue;
    if (saves[index]?.sessionId === asked || !(result.reason instanceof AppError)) throw result.reason;
  }
}
