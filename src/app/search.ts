import type { MessageId, SessionId } from "../schema/ids.ts";
import type { MatchRange } from "../schema/match-range.ts";
import type { Message } from "../schema/message.ts";

/** What of a session matched: its title, or what a message says or does, or a path that it touched. */
export type SearchField = "title" | "prompt" | "answer" | "reasoning" | "tool-input" | "tool-output" | "path";

export interface SearchHit {
  readonly sessionId: SessionId;
  /** 16 hex characters. */
  readonly hash: string;
  /** The session's. */
  readonly title: string;
  readonly field: SearchField;
  /** The message that matched; null where the session itself did, by its title, a path or qualifiers alone. */
  readonly messageId: MessageId | null;
  /** Unix seconds: when the message was written, or the session last changed. */
  readonly atSeconds: number;
  /** One line around the match, as it stands in the text: not yet made safe for a terminal. */
  readonly snippet: string;
  /** Where the query's words stand in the snippet, in order, none overlapping. */
  readonly ranges: readonly MatchRange[];
  /** Of a session below another one. Absent: false. */
  readonly isChild?: boolean;
}

export interface SearchResult {
  /** Titles first, those of sessions below others last, then the newest messages. At most one hit a message, `limit` in all. */
  readonly hits: readonly SearchHit[];
  /** False: there are more hits than were asked for. */
  readonly isComplete: boolean;
  /** False: the index is being caught up, and older messages may be missing; `onIndexed` says when they are there. */
  readonly isIndexed: boolean;
  /** The words and phrases that were looked for, for highlighting a whole message. */
  readonly words: readonly string[];
  /** What of the query was not understood, and was looked for as plain text; null: nothing. */
  readonly problem: string | null;
}

export interface SearchOptions {
  /** 50 unless told. */
  readonly limit?: number;
  /** Nothing of this session is found. */
  readonly except?: SessionId;
  /** True: top-level sessions are not found by their titles: for lists in which those stand already. */
  readonly knowsTitles?: boolean;
  readonly signal?: AbortSignal;
  /** Waits until everything is in the index, however long that takes, and gives way to no newer query: for commands and tools. */
  readonly isPatient?: boolean;
  /** Called at most once, before the answer, with the first hits, where looking for more takes longer. */
  readonly onFirst?: (result: SearchResult) => void;
}

export interface ProjectHits {
  readonly projectPath: string;
  /** Null: it was given up, or could not be searched. */
  readonly result: SearchResult | null;
  /** Why it could not be searched. */
  readonly problem: string | null;
}

/** Finding sessions by what was said and done in them. */
export interface SessionSearch {
  /**
   * Looks for words (all of them, the last may be unfinished), "quoted phrases", -negated ones, and the qualifiers `is:`,
   * `file:`, `model:`, `branch:`, `tag:`, `before:`, `after:`, `cost:>`. Works in a thread of its own. Resolves to null
   * where the signal aborted, or of two queries that are not patient a newer one was asked.
   */
  find(query: string, options?: SearchOptions): Promise<SearchResult | null>;
  /** The same in every project where sessions are kept, this one first; waits until each is in its index. */
  findInAllProjects(query: string, options?: SearchOptions): Promise<readonly ProjectHits[]>;
  /**
   * The same in the other projects, for what somebody types: only what is there is read (their indexes as they are), nothing
   * is written and nobody waited for. The next such query takes this one's place, a blank one ends it. Calls `onFound` after each project that was searched.
   */
  findInOtherProjects(query: string, onFound: (hits: ProjectHits) => void): Promise<void>;
  /** The messages around one, itself among them, oldest first, for a preview. None where it is gone. */
  around(sessionId: SessionId, messageId: MessageId, limit: number): readonly Message[];
  /** Brings the index up to date, and keeps it so until the app is closed. For programs that stay. */
  keepIndexed(): void;
  /** Calls the listener each time all is in the index, and counted for the list, until the returned function is called. */
  onIndexed(listener: () => void): () => void;
}
