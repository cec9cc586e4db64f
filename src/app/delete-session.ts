import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import { giveUpDeadCopies, hasCopies } from "../store/copy-session.ts";
import { getSession } from "../store/sessions.ts";
import { burySession, listSubtree } from "../store/tombstones.ts";
import type { DeleteOptions } from "./app.ts";
import type { Context } from "./context.ts";
import { sessionNotFound } from "./find-session.ts";
import { removeRemains, sweepRemains } from "./remove-remains.ts";
import { stopHere } from "./stop-session.ts";
import type { TurnOwners } from "./turn-owners.ts";
import type { Work } from "./work.ts";

/** Something begins a turn in the session again and again, each time before it is hidden. */
const triesMax = 5;

interface Processes {
  readonly work: Work;
  readonly owners: TurnOwners;
}

/**
 * Deletes a session with its whole subtree and all that is kept of it. What runs in it is stopped first, here and
 * elsewhere; then it is hidden from everybody, and its rows are taken away behind. Throws session-not-found, session-busy.
 */
export async function deleteSession(
  context: Context,
  processes: Processes,
  { sessionId, isForgotten = false }: DeleteOptions & { readonly sessionId: SessionId },
): Promise<void> {
  const { store, log, shortId, unsaved } = context;
  if (unsaved.get(sessionId) !== undefined) return;
  if (store.read((tx) => getSession(tx, sessionId)) === null) throw sessionNotFound(sessionId);
  const deleted = await stopAndBury(context, processes, { sessionId, isForgotten });
  log.write("info", "session deleted", { session: shortId(sessionId), withChildren: deleted.length - 1 });
  await Promise.all([removeRemains(context, deleted), context.remover.remove()]);
}

/** Returns the ids that are hidden now: none where another process was faster. */
async function stopAndBury(
  { store }: Context,
  { work, owners }: Processes,
  { sessionId, isForgotten }: { readonly sessionId: SessionId; readonly isForgotten: boolean },
): Promise<readonly SessionId[]> {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    await owners.stopAll(store.read((tx) => listSubtree(tx, sessionId)));
    const deleted = await store.transact((tx) => {
      const isRunning = listSubtree(tx, sessionId).some((id) => work.claims.runningTurn(tx, id) !== null);
      return isRunning ? null : burySession(tx, sessionId, { isForgotten });
    });
    if (deleted !== null) return deleted;
  }
  throw new AppError("session-busy", "the session is started again and again in another window", {
    hint: "close the window that works in it, and delete it again",
  });
}

/** What a process that died was copying is removed like what was deleted. Never rejects: the next start tries again. */
async function giveUpLeftCopies({ store, log }: Context, { claims }: Work): Promise<void> {
  try {
    if (!store.read(hasCopies)) return;
    const count = await store.transact((tx) => giveUpDeadCopies(tx, (ownerId) => claims.isAliveId(ownerId)));
    if (count > 0) log.write("info", "copies of sessions that were cut off are removed", { count });
  } catch (error) {
    log.write("warn", "copies of sessions could not be given up", {
      error: error instanceof AppError ? error.code : "unknown",
    });
  }
}

/**
 * At the start: goes on with deletions that were cut off, and cleans up after other programs. Whatever is deleted from now
 * on, in whichever process, is stopped here. Never rejects.
 */
export async function finishDeletions(context: Context, work: Work): Promise<void> {
  context.events.watch((event) => {
    if (event.type !== "session-deleted") return;
    work.readyEngine()?.forget(event.sessionId);
    // What ran may have written until it ended.
    void stopHere(work, event.sessionId).then(async () => removeRemains(context, [event.sessionId]));
  });
  await giveUpLeftCopies(context, work);
  context.remover.resume();
  await sweepRemains(context);
}
