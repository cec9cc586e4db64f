import type { MessageId, SessionId } from "./ids.ts";

export type TodoStatus = "pending" | "in_progress" | "completed";

export interface Todo {
  readonly content: string;
  readonly status: TodoStatus;
  readonly activeForm: string;
}

/** A row of Crush's `sessions`. Times are Unix seconds. */
export interface Session {
  readonly id: SessionId;
  readonly parentSessionId: SessionId | null;
  readonly title: string;
  /** All rows, tool rows included (Crush's count). What people see is counted from user and assistant rows. */
  readonly messageCount: number;
  /** Crush's gauge: the last step's input with cache reads. Never what was consumed. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** US$. */
  readonly cost: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly summaryMessageId: MessageId | null;
  readonly todos: readonly Todo[];
}

export type TitleSource = "provisional" | "model" | "person";

/** Our own facts of a session (x_session). A session that only Crush has touched has none of them. */
export interface SessionFacts {
  readonly sessionId: SessionId;
  readonly provider: string | null;
  readonly model: string | null;
  readonly reasoningEffort: string | null;
  readonly titleSource: TitleSource;
  /** The last title that ours wrote; a stored title that differs was given by a person, elsewhere. */
  readonly lastOwnTitle: string | null;
  readonly draft: string;
  readonly workingDirectory: string | null;
  readonly gitBranch: string | null;
  readonly pinnedAtMs: number | null;
  /** Archived sessions are hidden from lists. */
  readonly archivedAtMs: number | null;
  /** The session, maybe gone, that a fork copied; and the last message that it took (null: none). */
  readonly forkedFromSessionId: SessionId | null;
  readonly forkedFromMessageId: MessageId | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
