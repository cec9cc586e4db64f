import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle } from "../store/handle.ts";
import { pageOfMessages } from "../store/message-pages.ts";
import { windowOfMessages } from "../store/message-windows.ts";
import type { App } from "./app.ts";
import type { Context } from "./context.ts";
import { deleteSession } from "./delete-session.ts";
import { findSession } from "./find-session.ts";
import { KeptLines } from "./kept-lines.ts";
import { listChildren, listSessions } from "./list-sessions.ts";
import { organiseSessions } from "./organise-sessions.ts";
import type { OtherProcesses } from "./other-processes.ts";
import { promptHistory } from "./prompt-history.ts";
import { renameSession } from "./rename-session.ts";
import { detailsReader } from "./session-details.ts";
import { readDraft, saveDraft } from "./session-draft.ts";
import { sessionViews } from "./session-views.ts";
import { createSession, leaveSession, openStartSession, requireLastSession } from "./start-session.ts";
import { usageByDay, usageByModel, usageBySession } from "./usage-totals.ts";
import type { Work } from "./work.ts";

type SessionUseCases = Pick<
  App,
  | "organise"
  | "openStartSession"
  | "createSession"
  | "listSessions"
  | "listChildren"
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
  | "views"
  | "readWindow"
  | "promptHistory"
  | "usageBySession"
  | "usageByDay"
  | "usageByModel"
>;

export function sessionUseCases(
  context: Context,
  work: Work,
  { foreign, owners }: Pick<OtherProcesses, "foreign" | "owners">,
): SessionUseCases {
  const { store, log, shortId } = context;
  let hasOpened = false;

  const details = detailsReader(context);
  const lines = new KeptLines(context);
  const states = {
    turns: work.turns,
    elsewhere: (handle: ReadHandle) => work.claims.runningElsewhere(handle),
    ends: (handle: ReadHandle) => context.ends.list(handle),
    isWaiting: (sessionId: SessionId) => (work.readyEngine()?.desk.pending(sessionId).length ?? 0) > 0,
  };

  return {
    organise: organiseSessions(context, work.claims),
    views: sessionViews(context),
    openStartSession: async () => openStartSession(context),
    createSession: async (input) => createSession(context, input),
    listSessions: (options = {}) => listSessions(context, { ...options, ...states, lines }),
    listChildren: (sessionId) => listChildren(context, states, sessionId),
    findSession: (idOrPrefix) => findSession(context, idOrPrefix),
    lastSession: () => requireLastSession(context),
    openSession: (sessionId) => {
      context.ends.look(sessionId);
      void work.claims.settleDead(sessionId);
      const opened = details(sessionId, "soon");
      foreign.follow(sessionId);
      const message = hasOpened ? "session switched" : "session opened";
      hasOpened = true;
      context.unsaved.whenSaved(sessionId, () => {
        log.write("info", message, { session: shortId(sessionId) });
      });
      return opened;
    },
    showSession: (sessionId) => details(sessionId, "exact"),
    renameSession: async (sessionId, title, options) => renameSession(context, sessionId, { title, ...options }),
    deleteSession: async (sessionId, options) => deleteSession(context, { work, owners }, { sessionId, ...options }),
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
    readWindow: (sessionId, options) => store.read((tx) => windowOfMessages(tx, { sessionId, ...options })),
    promptHistory: (sessionId, limit) => promptHistory(context, sessionId, limit),
    usageBySession: () => store.read((tx) => usageBySession(tx, shortId)),
    usageByDay: () => store.read(usageByDay),
    usageByModel: () => store.read(usageByModel),
  };
}
