import type { Session } from "../schema/session.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle } from "../store/handle.ts";
import { pageOfMessages } from "../store/message-pages.ts";
import { getSessionFacts } from "../store/session-facts.ts";
import { getSession } from "../store/sessions.ts";
import { isModelProblem } from "./app.ts";
import type { App, SessionDetails } from "./app.ts";
import type { Context } from "./context.ts";
import { deleteSession } from "./delete-session.ts";
import { findSession, sessionNotFound } from "./find-session.ts";
import type { LateForeignChanges } from "./late-foreign-changes.ts";
import { listSessions } from "./list-sessions.ts";
import { organiseSessions } from "./organise-sessions.ts";
import { promptHistory } from "./prompt-history.ts";
import { renameSession } from "./rename-session.ts";
import { readDraft, saveDraft } from "./session-draft.ts";
import { sessionMetrics } from "./session-metrics.ts";
import { sessionModel } from "./session-model.ts";
import { createSession, leaveSession, openStartSession, requireLastSession } from "./start-session.ts";
import { usageByDay, usageByModel, usageBySession } from "./usage-totals.ts";
import type { Work } from "./work.ts";

type SessionUseCases = Pick<
  App,
  | "organise"
  | "openStartSession"
  | "createSession"
  | "listSessions"
  | "findSession"
  | "lastSession"
  | "openSession"
  | "showSession"
  | "renameSession"
  | "deleteSession"
  | "leaveSession"
  | "saveDraft"
  | "readDraft"
  | "shortId"
  | "readTranscript"
  | "promptHistory"
  | "usageBySession"
  | "usageByDay"
  | "usageByModel"
>;

export function sessionUseCases(context: Context, work: Work, foreign: LateForeignChanges): SessionUseCases {
  const { store, log, shortId, unsaved } = context;
  let hasOpened = false;

  const details = (sessionId: SessionId): SessionDetails => {
    const model = sessionModel(context, sessionId);
    return store.read((tx) => {
      const session = unsaved.get(sessionId) ?? requireSession(tx, sessionId);
      const contextWindow = isModelProblem(model) ? 0 : model.info.contextWindow;
      return {
        session,
        facts: getSessionFacts(tx, sessionId),
        hash: shortId(sessionId),
        metrics: sessionMetrics(tx, session, contextWindow),
      };
    });
  };

  return {
    organise: organiseSessions(context),
    openStartSession: async () => openStartSession(context),
    createSession: async (input) => createSession(context, input),
    listSessions: (options = {}) =>
      listSessions(context, {
        ...options,
        turns: work.turns,
        elsewhere: (handle) => work.claims.runningElsewhere(handle),
        hasFailed: (sessionId) => work.failed.has(sessionId),
        isWaiting: (sessionId) => (work.readyEngine()?.desk.pending(sessionId).length ?? 0) > 0,
      }),
    findSession: (idOrPrefix) => findSession(context, idOrPrefix),
    lastSession: () => requireLastSession(context),
    openSession: (sessionId) => {
      void work.claims.settleDead(sessionId);
      const opened = details(sessionId);
      foreign.follow(sessionId);
      work.failed.delete(sessionId);
      log.write("info", hasOpened ? "session switched" : "session opened", { session: shortId(sessionId) });
      hasOpened = true;
      return opened;
    },
    showSession: details,
    renameSession: async (sessionId, title) => renameSession(context, sessionId, title),
    deleteSession: async (sessionId, options) => deleteSession(context, work, { sessionId, ...options }),
    leaveSession: async (sessionId) =>
      leaveSession(
        context,
        sessionId,
        () => work.turns.get(sessionId) !== undefined || work.commands.isRunning(sessionId),
      ),
    saveDraft: async (sessionId, draft) => saveDraft(context, sessionId, draft),
    readDraft: (sessionId) => readDraft(context, sessionId),
    shortId,
    readTranscript: (sessionId, options) => store.read((tx) => pageOfMessages(tx, { sessionId, ...options })),
    promptHistory: (sessionId, limit) => promptHistory(context, sessionId, limit),
    usageBySession: () => store.read((tx) => usageBySession(tx, shortId)),
    usageByDay: () => store.read(usageByDay),
    usageByModel: () => store.read(usageByModel),
  };
}

function requireSession(handle: ReadHandle, sessionId: SessionId): Session {
  const session = getSession(handle, sessionId);
  if (session === null) throw sessionNotFound(sessionId);
  return session;
}
