import { rmSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import { deleteSessionTree, getSession } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import type { ShellCommands } from "./shell-commands.ts";
import type { TurnEngine } from "./turn-engine.ts";
import type { TurnRegistry } from "./turn-registry.ts";

/**
 * Deletes a session with its whole subtree, its jobs and its spilled outputs. One that runs is stopped first. Throws
 * session-not-found.
 */
export async function deleteSession(
  { store, config, log, shortId }: Pick<Context, "store" | "config" | "log" | "shortId">,
  work: { readonly turns: TurnRegistry; readonly commands: ShellCommands; readonly engine: TurnEngine | null },
  sessionId: SessionId,
): Promise<void> {
  if (store.read((tx) => getSession(tx, sessionId)) === null) {
    throw new AppError("session-not-found", `session not found: ${sessionId}`);
  }
  await Promise.all([work.turns.cancel(sessionId), work.commands.endAll(sessionId)]);
  await work.engine?.toolSet.jobs.endAll(sessionId);
  const deleted = await store.transact((tx) => deleteSessionTree(tx, sessionId));
  for (const id of deleted) {
    work.engine?.forget(id);
    rmSync(join(config.dataDirectory, "outputs", id), { recursive: true, force: true });
  }
  log.write("info", "session deleted", { session: shortId(sessionId), withChildren: deleted.length - 1 });
}
