import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";

/**
 * Up to a message, that one included (absent: the last); or before one, whose text becomes the fork's draft where a
 * person wrote it.
 */
export type ForkTarget = { readonly at?: MessageId } | { readonly before: MessageId };

/** Another project of this machine, as its database says. */
export interface ProjectSessions {
  /** Absolute. */
  readonly path: string;
  /** Absolute: where its sessions are. */
  readonly dataDirectory: string;
  /** Its newest, the last changed first; empty ones aside. */
  readonly sessions: readonly { readonly session: Session; readonly hash: string }[];
  /** Why they can't be read; null: they could. */
  readonly problem: string | null;
}

/** Where a session of another project is. */
export interface ProjectPlace {
  /** Absolute. */
  readonly path: string;
  /** Absolute. */
  readonly dataDirectory: string;
  /** Null: the one that a plain start shows. */
  readonly sessionId: SessionId | null;
}

export interface ForkOptions {
  /** Called now and then, where it takes a while, with the part that is copied, in [0, 1]. */
  readonly onProgress?: (part: number) => void;
}

export interface ForkResult {
  readonly sessionId: SessionId;
  readonly title: string;
  /** User and assistant messages, as lists count them. */
  readonly messageCount: number;
  /** The last step was still at work, or a call of it had no result: it was left out. */
  readonly leftOutStep: boolean;
}

/**
 * Sorting sessions. Nothing in Crush's tables changes, so no session moves in the list because of it. Each resolves to
 * the sessions that it changed, after the commit; all or none: session-not-found where one is gone.
 */
export interface SessionOrganiser {
  /** Pinned sessions come first in lists. */
  pin(sessionIds: readonly SessionId[]): Promise<SessionId[]>;
  unpin(sessionIds: readonly SessionId[]): Promise<SessionId[]>;
  /** Hidden from lists; nothing else changes. */
  archive(sessionIds: readonly SessionId[]): Promise<SessionId[]>;
  unarchive(sessionIds: readonly SessionId[]): Promise<SessionId[]>;
  /** Tags are words in lower case, with or without `#` before them. Rejects with usage where one is none. */
  tag(sessionIds: readonly SessionId[], tags: readonly string[]): Promise<SessionId[]>;
  untag(sessionIds: readonly SessionId[], tags: readonly string[]): Promise<SessionId[]>;
  /** Every tag in use, the most used first. */
  listTags(): readonly string[];
  /** In the order of the alphabet. */
  tagsOf(sessionId: SessionId): readonly string[];
  /** The other projects that were used on this machine, the last used first. Opens their databases to read, one by one. */
  listOtherProjects(): readonly ProjectSessions[];
  /** Throws AppError where it shows without opening it that it can't be opened: its folder, database or session is gone. */
  checkOtherProject(place: ProjectPlace): void;
  /** The message of the session that an id, or the start of one, means. Throws usage. */
  findMessage(sessionId: SessionId, idOrPrefix: string): MessageId;
  /**
   * Copies a session up to a message into a new top-level one: messages, files, todos, model, tags; no ledger, grants,
   * children or draft. A step goes with all results of its calls or not at all. The source does not change. In a thread;
   * nobody sees the new one before all of it is there.
   */
  fork(sessionId: SessionId, target: ForkTarget, options?: ForkOptions): Promise<ForkResult>;
}
