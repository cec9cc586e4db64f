import { rm } from "node:fs/promises";
import type { SessionId } from "../schema/ids.ts";
import { deleteSessionTree, getSession } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import { sessionNotFound } from "./find-session.ts";
import { outputDirectory } from "./output-directory.ts";
import type { ShellCommands } from "./shell-commands.ts";
import type { TurnEngine } from "./turn-engine.ts";
import type { TurnRegistry } from "./turn-registry.ts";

/**
 * Deletes a session with its whole subtree, its jobs and its spilled outputs. One that runs is stopped first. Throws
 * session-not-found.
 */
export async function deleteSession(
  { store, config, log, shortId, unsaved }: Pick<Context, "store" | "config" | "log" | "shortId" | "unsaved">,
  work: { readonly turns: TurnRegistry; readonly commands: ShellCommands; readonly engine: TurnEngine | null },
  sessionId: SessionId,
): Promise<void> {
  if (unsaved.get(sessionId) !== undefined) return;
  if (store.read((tx) => getSession(tx, sessionId)) === null) throw sessionNotFound(sessionId);
  await Promise.all([work.turns.cancel(sessionId), work.commands.endAll(sessionId)]);
  await work.engine?.toolSet.jobs.endAll(sessionId);
  const deleted = await store.transact((tx) => deleteSessionTree(tx, sessionId));
  for (const id of deleted) {
    work.engine?.forget(id);
    await rm(outputDirectory(config.dataDirectory, id), { recursive: true, force: true });
  }
  log.write("info", "session deleted", { session: shortId(sessionId), withChildren: deleted.length - 1 });
}
