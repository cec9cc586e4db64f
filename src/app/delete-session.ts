import type { SessionId } from "../schema/ids.ts";
import { deleteSessionTree, getSession } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import { sessionNotFound } from "./find-session.ts";
import { removeRemains } from "./remove-remains.ts";
import type { ShellCommands } from "./shell-commands.ts";
import type { TurnEngine } from "./turn-engine.ts";
import type { TurnRegistry } from "./turn-registry.ts";

/**
 * Deletes a session with its whole subtree, its jobs and its spilled outputs. One that runs is stopped first. Throws
 * session-not-found.
 */
export async function deleteSession(
  context: Pick<Context, "store" | "remains" | "log" | "shortId" | "unsaved">,
  work: { readonly turns: TurnRegistry; readonly commands: ShellCommands; readonly engine: TurnEngine | null },
  sessionId: SessionId,
): Promise<void> {
  const { store, log, shortId, unsaved } = context;
  if (unsaved.get(sessionId) !== undefined) return;
  if (store.read((tx) => getSession(tx, sessionId)) === null) throw sessionNotFound(sessionId);
  await Promise.all([work.turns.cancel(sessionId), work.commands.endAll(sessionId)]);
  await work.engine?.toolSet.jobs.endAll(sessionId);
  const deleted = await store.transact((tx) => deleteSessionTree(tx, sessionId));
  for (const id of deleted) work.engine?.forget(id);
  await removeRemains(context, deleted);
  log.write("info", "session deleted", { session: shortId(sessionId), withChildren: deleted.length - 1 });
}
