import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listQueue } from "../store/queue.ts";
import { getSessionFacts } from "../store/session-facts.ts";
import { listTags } from "../store/session-tags.ts";
import {
  countSessions,
  deleteSessionTree,
  getSession,
  lastSession,
  listSessionsWithoutMessages,
} from "../store/sessions.ts";
import type { Context } from "./context.ts";
import { hasDraft } from "./session-views.ts";
import { insertEmptySession, untitled } from "./unsaved-sessions.ts";

type SessionContext = Pick<Context, "store" | "config" | "unsaved">;

export async function createSession(
  { store, config }: SessionContext,
  input: { readonly title?: string } = {},
): Promise<Session> {
  return store.transact((tx) => insertEmptySession(tx, config, input));
}

/**
 * The session that a plain start shows: an empty one that is there already, else a new one. The first start in a project
 * creates its session at once, a later one when there is something to keep.
 */
export async function openStartSession({ store, config, unsaved }: SessionContext): Promise<Session> {
  const { empty, sessions } = store.read((tx) => ({ empty: findEmpty(tx), sessions: countSessions(tx) }));
  if (empty !== null) return empty;
  if (sessions > 0) return unsaved.make();
  return store.transact((tx) => findEmpty(tx) ?? insertEmptySession(tx, config, {}));
}

/** The newest session without messages and draft that nobody has named or sorted; null where there is none. */
function findEmpty(handle: ReadHandle): Session | null {
  return listSessionsWithoutMessages(handle).find((session) => isRemovable(handle, session)) ?? null;
}

function isRemovable(handle: ReadHandle, session: Session): boolean {
  if (session.messageCount > 0 || session.title !== untitled) return false;
  const facts = getSessionFacts(handle, session.id);
  if (hasDraft(handle, session.id, facts?.draft ?? "")) return false;
  const isUsed = facts !== null && (facts.pinnedAtMs !== null || facts.archivedAtMs !== null);
  return !isUsed && listTags(handle, session.id).length === 0 && listQueue(handle, session.id).length === 0;
}

/**
 * Removes a session with neither messages nor draft when it is left, unless a person has named or sorted it, it is at
 * work or it is the project's only one. Resolves with false where it has no row yet and nothing goes on that may make one.
 */
export async function leaveSession(
  { store, unsaved }: Pick<Context, "store" | "unsaved">,
  sessionId: SessionId,
  isAtWork: () => boolean,
): Promise<boolean> {
  if (unsaved.get(sessionId) !== undefined) return isAtWork();
  const isToGo = (handle: ReadHandle): boolean => {
    const session = getSession(handle, sessionId);
    return session !== null && !isAtWork() && isRemovable(handle, session) && countSessions(handle) > 1;
  };
  if (!store.read(isToGo)) return true;
  await store.transact((tx) => {
    if (isToGo(tx)) deleteSessionTree(tx, sessionId);
  });
  return true;
}

/** What `-C` continues. Throws no-sessions. */
export function requireLastSession({ store }: Pick<Context, "store">): Session {
  const session = store.read(lastSession);
  if (session === null) {
    throw new AppError("no-sessions", "no sessions found", { hint: 'start one: crush, or crush run "…"' });
  }
  return session;
}
