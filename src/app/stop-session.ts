import type { SessionId } from "../schema/ids.ts";
import type { Work } from "./work.ts";

/** Ends what this process does in a session: its turn, its commands, its background jobs. */
export async function stopHere(work: Work, sessionId: SessionId): Promise<void> {
  await Promise.all([work.turns.cancel(sessionId), work.commands.endAll(sessionId)]);
  await work.readyEngine()?.toolSet.jobs.endAll(sessionId);
}
