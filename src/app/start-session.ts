import { readGitBranch } from "./prompt-facts.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { changeSessionFacts, getSessionFacts } from "../store/session-facts.ts";
import {
  countSessions,
  deleteSessionTree,
  getSession,
  insertSession,
  lastSession,
  listSessions,
} from "../store/sessions.ts";
import type { Context } from "./context.ts";

/** As Crush names a session that has no title yet. */
const untitled = "New Session";

type SessionContext = Pick<Context, "store" | "config" | "log" | "shortId">;

/** Adds an empty session that knows where it was started. */
export async function createSession(
  context: SessionContext,
  { title }: { readonly title?: string } = {},
): Promise<Session> {
  const session = await context.store.transact((tx) => insertEmpty(tx, context, title ?? null));
  logCreated(context, session);
  return session;
}

/**
 * The session that a plain start shows: an empty one that is there already, else a new one. The first start in a project
 * thereby creates its session at once, and a second one adds none.
 */
export async function openStartSession(context: SessionContext): Promise<Session> {
  const empty = context.store.read(findEmpty);
  if (empty !== null) return empty;
  const { session, isNew } = await context.store.transact((tx) => {
    const other = findEmpty(tx);
    return other === null ? { session: insertEmpty(tx, context, null), isNew: true } : { session: other, isNew: false };
  });
  if (isNew) logCreated(context, session);
  return session;
}

function logCreated({ log, shortId }: SessionContext, session: Session): void {
  log.write("info", "session created", { session: shortId(session.id) });
}

function insertEmpty(tx: WriteHandle, { config }: Pick<Context, "config">, title: string | null): Session {
  const session = insertSession(tx, { title: title ?? untitled });
  changeSessionFacts(tx, session.id, {
    workingDirectory: config.workingDirectory,
    gitBranch: readGitBranch(config.projectRoot),
    ...(title === null ? {} : { titleSource: "person", lastOwnTitle: title }),
  });
  return session;
}

/** The newest session without messages and draft that nobody has named; null where there is none. */
function findEmpty(handle: ReadHandle): Session | null {
  return (
    listSessions(handle, { limit: 50 }).find((session) => session.title === untitled && isEmpty(handle, session)) ??
    null
  );
}

function isEmpty(handle: ReadHandle, session: Session): boolean {
  return session.messageCount === 0 && (getSessionFacts(handle, session.id)?.draft ?? "") === "";
}

/** Removes a session with neither messages nor draft when it is left, unless it is the project's only one. */
export async function leaveSession({ store }: Pick<Context, "store">, sessionId: SessionId): Promise<void> {
  const isRemovable = (handle: ReadHandle): boolean => {
    const session = getSession(handle, sessionId);
    return session !== null && session.title === untitled && isEmpty(handle, session) && countSessions(handle) > 1;
  };
  if (!store.read(isRemovable)) return;
  await store.transact((tx) => {
    if (isRemovable(tx)) deleteSessionTree(tx, sessionId);
  });
}

/** What `-C` continues. Throws no-sessions. */
export function requireLastSession({ store }: Pick<Context, "store">): Session {
  const session = store.read(lastSession);
  if (session === null) {
    throw new AppError("no-sessions", "no sessions found", { hint: 'start one: crush, or crush run "…"' });
  }
  return session;
}
