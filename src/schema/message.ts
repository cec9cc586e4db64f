import type { JsonValue } from "../lib/json.ts";
import type { MessageId, SessionId, ToolCallId } from "./ids.ts";
import type { ModelBlock } from "./model-request.ts";

export type Role = "user" | "assistant" | "tool";

/** Reasons as Crush stores them; `stop` on user and tool rows. A reader meets others in old files and keeps them. */
export type FinishReason =
  | "end_turn"
  | "max_tokens"
  | "tool_use"
  | "canceled"
  | "error"
  | "content_filter"
  | "unknown"
  | "stop";

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

export interface ReasoningPart {
  readonly type: "reasoning";
  readonly thinking: string;
  readonly signature: string;
  readonly thoughtSignature: string;
  readonly toolId: string;
  readonly responsesData: JsonValue;
  /** Unix seconds. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

export interface ImageUrlPart {
  readonly type: "image_url";
  readonly url: string;
  readonly detail?: string;
}

/** An attachment; a `text/*` MIME type is a text attachment. */
export interface BinaryPart {
  readonly type: "binary";
  readonly path: string;
  readonly mimeType: string;
  /** Standard padded base64. */
  readonly data: string;
}

export interface ToolCallPart {
  readonly type: "tool_call";
  readonly id: ToolCallId;
  readonly name: string;
  /** JSON as text, as the model sent it (may be invalid while it streams). */
  readonly input: string;
  readonly providerExecuted: boolean;
  readonly finished: boolean;
}

export interface ToolResultPart {
  readonly type: "tool_result";
  readonly toolCallId: ToolCallId;
  readonly name: string;
  readonly content: string;
  /** Base64 of an image or other medium, or "". */
  readonly data: string;
  readonly mimeType: string;
  /** JSON as text, or "". */
  readonly metadata: string;
  readonly isError: boolean;
}

export interface FinishPart {
  readonly type: "finish";
  /** A FinishReason, or what another program wrote. */
  readonly reason: string;
  /** Unix seconds; 0 on user and tool rows. */
  readonly time: number;
  readonly message?: string;
  readonly details?: string;
}

/** A `!command` of the person's, kept in a user row. */
export interface ShellCommandPart {
  readonly type: "shell_command";
  readonly command: string;
  readonly output: string;
  readonly exitCode: number;
}

/** A part type of another program's: shown as such, kept verbatim when its row is rewritten. */
export interface UnknownPart {
  readonly type: "unknown";
  readonly originalType: string;
  readonly raw: JsonValue;
}

export type Part =
  | TextPart
  | ReasoningPart
  | ImageUrlPart
  | BinaryPart
  | ToolCallPart
  | ToolResultPart
  | FinishPart
  | ShellCommandPart
  | UnknownPart;

export interface Message {
  readonly id: MessageId;
  readonly sessionId: SessionId;
  readonly role: Role;
  readonly parts: readonly Part[];
  /** Ids of the model and provider on assistant rows; '' and null on the others. */
  readonly model: string;
  readonly provider: string | null;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | null;
  readonly isSummary: boolean;
  /** The exact blocks of the step where `parts` cannot carry them (from x_message, hash checked); else null. */
  readonly exactBlocks: readonly ModelBlock[] | null;
  /** Set where the row could not be decoded (invalid JSON, wrong types): `parts` is then empty and this says why. */
  readonly unreadable: string | null;
}

/** What a request is built from. */
export type RequestMessage = Omit<Message, "sessionId" | "createdAt" | "updatedAt" | "finishedAt">;
