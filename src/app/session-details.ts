import type { Config } from "../config/config.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session, SessionFacts } from "../schema/session.ts";
import type { ReadHandle } from "../store/handle.ts";
import { getSessionFacts } from "../store/session-facts.ts";
import { getSession } from "../store/sessions.ts";
import { isModelProblem } from "./app.ts";
import type { BranchChange, SessionDetails } from "./app.ts";
import { ChangedFiles } from "./changed-files.ts";
import type { Context } from "./context.ts";
import { sessionNotFound } from "./find-session.ts";
import { MessageTallies } from "./message-tallies.ts";
import { hasGitBranch, readDetachedHead, readGitBranch } from "./git-head.ts";
import { sessionMetrics } from "./session-metrics.ts";
import { sessionModel } from "./session-model.ts";

/** `soon`: the messages of a long session may be counted a moment later; session-updated then tells. */
type ReadDetails = (sessionId: SessionId, when: "exact" | "soon") => SessionDetails;

/** Reads what is shown of a session beside its transcript, and keeps what took long to find out. */
export function detailsReader(context: Context): ReadDetails {
  const { store, shortId, unsaved } = context;
  const tallies = new MessageTallies(context);
  const files = new ChangedFiles();
  return (sessionId, when) => {
    const model = sessionModel(context, sessionId);
    return store.read((tx) => {
      const session = unsaved.get(sessionId) ?? requireSession(tx, sessionId);
      const contextWindow = isModelProblem(model) ? 0 : model.info.contextWindow;
      const facts = getSessionFacts(tx, sessionId);
      return {
        session,
        facts,
        branchChange: branchChange(facts, context.config),
        hash: shortId(sessionId),
        metrics: sessionMetrics(tx, session, {
          contextWindow,
          tally: tallies[when](tx, session),
          files: files.of(tx, sessionId),
        }),
      };
    });
  };
}

function branchChange(facts: SessionFacts | null, { projectRoot }: Pick<Config, "projectRoot">): BranchChange | null {
  const from = facts?.gitBranch ?? null;
  const to = from === null ? null : (readGitBranch(projectRoot) ?? readDetachedHead(projectRoot));
  if (from === null || to === null || from === to) return null;
  return { from, isFromGone: !hasGitBranch(projectRoot, from), to };
}

function requireSession(handle: ReadHandle, sessionId: SessionId): Session {
  const session = getSession(handle, sessionId);
  if (session === null) throw sessionNotFound(sessionId);
  return session;
}
