import type { MessageId } from "../../schema/ids.ts";
import type {
  BinaryPart,
  ImageUrlPart,
  ReasoningPart,
  ShellCommandPart,
  ToolCallPart,
  ToolResultPart,
} from "../../schema/message.ts";

/**
 * Where a tool call stands; `waiting`: for the person's permission, here or in the window that runs its turn; `queued`: for
 * an earlier call of its step.
 */
export type ToolState =
  | "streaming"
  | "waiting"
  | "waiting-elsewhere"
  | "queued"
  | "running"
  | "done"
  | "failed"
  | "canceled"
  | "interrupted";

interface ItemBase {
  /** Unique in the transcript; the same for the same thing as it grows. */
  readonly key: string;
  readonly messageId: MessageId;
}

export interface PromptItem extends ItemBase {
  readonly kind: "prompt";
  readonly text: string;
  readonly attachments: readonly (BinaryPart | ImageUrlPart)[];
}

export interface ShellItem extends ItemBase {
  readonly kind: "shell";
  readonly part: ShellCommandPart;
  /** Its exit code is not known yet. */
  readonly isRunning: boolean;
}

export interface ThinkingItem extends ItemBase {
  readonly kind: "thinking";
  readonly part: ReasoningPart;
  /** More may come. */
  readonly isGrowing: boolean;
}

export interface AnswerItem extends ItemBase {
  readonly kind: "answer";
  readonly text: string;
  readonly isGrowing: boolean;
  /** A summary stands for the older messages in the requests to come. */
  readonly isSummary: boolean;
}

export interface ToolItem extends ItemBase {
  readonly kind: "tool";
  readonly call: ToolCallPart;
  readonly result: ToolResultPart | null;
  readonly state: ToolState;
  /** What the call has put out so far, while it runs. */
  readonly output: string;
}

/** A short line about the message as a whole: why it ended, what could not be read. */
export interface NoteItem extends ItemBase {
  readonly kind: "note";
  readonly tone: "error" | "warning" | "muted";
  readonly text: string;
  readonly details: string;
}

export type TranscriptItem = PromptItem | ShellItem | ThinkingItem | AnswerItem | ToolItem | NoteItem;
