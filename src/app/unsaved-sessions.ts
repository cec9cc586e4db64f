import type { Config } from "../config/config.ts";
import { unixSeconds } from "../lib/clock.ts";
import type { Clock } from "../lib/clock.ts";
import { newSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { WriteHandle } from "../store/handle.ts";
import { changeSessionFacts } from "../store/session-facts.ts";
import { insertSession, lastSession } from "../store/sessions.ts";
import { readGitBranch } from "./git-head.ts";

/** As Crush names a session that has no title yet. */
export const untitled = "New Session";

/**
 * Sessions that a start has shown and that get their row with the first thing worth keeping: a prompt, a draft, a name, a
 * model, a command. An empty row would be what Crush's `--continue` opens, and stay behind after a crash.
 */
export class UnsavedSessions {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #waiting = new Map<SessionId, () => void>();

  constructor(config: Config, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  make(): Session {
    const now = unixSeconds(this.#clock.nowMs());
    const session: Session = {
      id: newSessionId(),
      parentSessionId: null,
      title: untitled,
      messageCount: 0,
      promptTokens: 0,
      completionTokens: 0,
      cost: 0,
      createdAt: now,
      updatedAt: now,
      summaryMessageId: null,
      todos: [],
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Undefined once it has its row. */
  get(sessionId: SessionId): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  /** First thing in a transaction that writes to a session: it has its row then, unless it is gone. */
  save(tx: WriteHandle, sessionId: SessionId): void {
    if (this.#sessions.has(sessionId)) insertEmptySession(tx, this.#config, { id: sessionId });
  }

  /** Calls `run` once the session has its row: at once, or when that is committed. The first one asked counts. */
  whenSaved(sessionId: SessionId, run: () => void): void {
    if (!this.#sessions.has(sessionId)) run();
    else if (!this.#waiting.has(sessionId)) this.#waiting.set(sessionId, run);
  }

  /** Its row is committed. */
  saved(sessionId: SessionId): void {
    this.#sessions.delete(sessionId);
    this.#waiting.get(sessionId)?.();
    this.#waiting.delete(sessionId);
  }
}

/** Adds an empty session that knows where it was started. */
export function insertEmptySession(
  tx: WriteHandle,
  config: Pick<Config, "workingDirectory" | "projectRoot">,
  { id, title }: { readonly id?: SessionId; readonly title?: string },
): Session {
  const newest = lastSession(tx)?.updatedAt;
  const session = insertSession(tx, {
    ...(id === undefined ? {} : { id }),
    title: title ?? untitled,
    // Before the newest conversation, which is what Crush's --continue is to find.
    ...(newest === undefined ? {} : { updatedAt: Math.max(0, Math.min(newest - 1, unixSeconds(tx.nowMs))) }),
  });
  changeSessionFacts(tx, session.id, {
    workingDirectory: config.workingDirectory,
    gitBranch: readGitBranch(config.projectRoot),
    ...(title === undefined ? {} : { titleSource: "person", lastOwnTitle: title }),
  });
  return session;
}
