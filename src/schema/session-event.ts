import type { BudgetScope } from "./budget.ts";
import type { MessageId, SessionId, ToolCallId } from "./ids.ts";
import type { FinishReason, Message } from "./message.ts";
import type { PermissionRequest, QuestionOrigin } from "./permission.ts";
import type { UsageRecord } from "./usage.ts";

/**
 * What happens in sessions, as front ends and `run --format stream-json` see it. The first group goes out after the
 * commit that made it true; the second is live and says what is not (yet) on disk.
 */
export type SessionEvent =
  | { readonly type: "session-created"; readonly sessionId: SessionId }
  | { readonly type: "session-updated"; readonly sessionId: SessionId }
  | { readonly type: "session-deleted"; readonly sessionId: SessionId }
  | { readonly type: "message-created"; readonly sessionId: SessionId; readonly message: Message }
  | { readonly type: "message-updated"; readonly sessionId: SessionId; readonly message: Message }
  | { readonly type: "message-deleted"; readonly sessionId: SessionId; readonly messageId: MessageId }
  | { readonly type: "usage-recorded"; readonly sessionId: SessionId; readonly record: UsageRecord }
  | { readonly type: "file-changed"; readonly sessionId: SessionId; readonly path: string }
  | { readonly type: "grants-changed"; readonly sessionId: SessionId | null }
  /** Prompts that wait were added, changed, moved or taken. */
  | { readonly type: "queue-changed"; readonly sessionId: SessionId }
  | LiveEvent;

/** What a turn in another process does beside asking its model. */
export type ElsewhereWork = "tools" | "question";

export type LiveEvent =
  | { readonly type: "turn-start"; readonly sessionId: SessionId }
  | { readonly type: "step-start"; readonly sessionId: SessionId; readonly messageId: MessageId; readonly step: number }
  /** The step's request waits until others of its provider have ended; then it is sent. */
  | { readonly type: "request-wait"; readonly sessionId: SessionId; readonly messageId: MessageId }
  | { readonly type: "request-start"; readonly sessionId: SessionId; readonly messageId: MessageId }
  | { readonly type: "text-delta"; readonly sessionId: SessionId; readonly messageId: MessageId; readonly text: string }
  | {
      readonly type: "reasoning-delta";
      readonly sessionId: SessionId;
      readonly messageId: MessageId;
      readonly text: string;
    }
  | {
      readonly type: "tool-call-start";
      readonly sessionId: SessionId;
      readonly messageId: MessageId;
      readonly toolCallId: ToolCallId;
      readonly name: string;
    }
  | {
      readonly type: "tool-call-delta";
      readonly sessionId: SessionId;
      readonly messageId: MessageId;
      readonly toolCallId: ToolCallId;
      readonly inputText: string;
    }
  | {
      readonly type: "tool-call-end";
      readonly sessionId: SessionId;
      readonly messageId: MessageId;
      readonly toolCallId: ToolCallId;
      readonly name: string;
      readonly input: string;
    }
  | { readonly type: "tool-run-start"; readonly sessionId: SessionId; readonly toolCallId: ToolCallId }
  | {
      readonly type: "tool-output";
      readonly sessionId: SessionId;
      readonly toolCallId: ToolCallId;
      readonly text: string;
    }
  | {
      readonly type: "permission-asked";
      readonly sessionId: SessionId;
      readonly request: PermissionRequest;
      /** Absent: as usual, a call of the running turn waits. */
      readonly origin?: QuestionOrigin;
    }
  | {
      readonly type: "permission-answered";
      readonly sessionId: SessionId;
      readonly requestId: string;
      readonly decision: "allow" | "deny";
    }
  /** A lasting permission could not be kept: it held for what was asked and no longer. */
  | { readonly type: "grant-lost"; readonly sessionId: SessionId; readonly message: string; readonly hint: string }
  /** What the failed try had shown is discarded, on screen and on disk; the next try starts at `dueAtMs`. */
  | {
      readonly type: "retry-wait";
      readonly sessionId: SessionId;
      readonly messageId: MessageId;
      readonly attempt: number;
      readonly dueAtMs: number;
      readonly reason: string;
    }
  /** Spending has come near a limit. Once, until the budget changes. */
  | {
      readonly type: "budget-warned";
      readonly sessionId: SessionId;
      readonly scope: BudgetScope;
      /** US$. */
      readonly spentUsd: number;
      readonly limitUsd: number | null;
    }
  /** A request is made that a limit can't hold back, since nobody knows what it costs. Once for each limit and model. */
  | {
      readonly type: "price-missing";
      readonly sessionId: SessionId;
      /** `provider/model`. */
      readonly model: string;
      readonly scope: BudgetScope | "run";
      /** US$. */
      readonly limitUsd: number;
    }
  /** A tool call of the session made another one, which works in the background or waits with its prompt. */
  | {
      readonly type: "session-made";
      readonly sessionId: SessionId;
      readonly madeId: SessionId;
      readonly title: string;
      readonly isStarted: boolean;
    }
  /** What is shown is not on the disk: it is kept in memory, and written as soon as that goes. */
  | { readonly type: "storage-wait"; readonly sessionId: SessionId; readonly reason: string }
  | { readonly type: "storage-ready"; readonly sessionId: SessionId }
  /** The other process that runs the session's turn lives but does not answer: it is stopped, suspended or stuck. */
  | { readonly type: "owner-silent"; readonly sessionId: SessionId; readonly ownerName: string }
  /** The commands that run in the background of the session, in this process; without secrets, the oldest first. */
  | { readonly type: "jobs-changed"; readonly sessionId: SessionId; readonly commands: readonly string[] }
  /** Programs that a process of ours had left running when it died were ended. */
  | { readonly type: "jobs-ended"; readonly sessionId: null; readonly message: string }
  /** The session's turn runs in another process and waits for no model: its tools run, or its window asks the person. */
  | {
      readonly type: "turn-elsewhere";
      readonly sessionId: SessionId;
      readonly work: ElsewhereWork;
      /** The calls that wait for the person there. */
      readonly asking: readonly ToolCallId[];
    }
  /** A `!command` of the person's has begun, printed or ended. `command`: what runs by now, there or here; null: nothing. */
  | {
      readonly type: "command-changed";
      readonly sessionId: SessionId;
      readonly command: string | null;
      /** In another process. */
      readonly isElsewhere: boolean;
    }
  /** A waiting prompt could not begin: it and those behind it wait for the person. */
  | {
      readonly type: "queue-stopped";
      readonly sessionId: SessionId;
      readonly message: string;
      readonly hint: string;
    }
  | {
      readonly type: "turn-end";
      readonly sessionId: SessionId;
      readonly reason: FinishReason;
      readonly errorMessage?: string;
      readonly errorHint?: string;
    };
