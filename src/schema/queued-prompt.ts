import type { SessionId } from "./ids.ts";
import type { BinaryPart } from "./message.ts";

/** `follow-up`: a turn of its own, after the one that runs. `steering`: said to the running turn before its next step. */
export type QueuedKind = "follow-up" | "steering";

/** A prompt that waits in its session's queue. */
export interface QueuedPrompt {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly kind: QueuedKind;
  readonly text: string;
  readonly attachments: readonly BinaryPart[];
  /** `paused`: nobody runs it unasked: the turn before it failed or was canceled, or its window is gone. */
  readonly state: "waiting" | "paused";
  /** The other process that it was typed in, for people; null: it was typed here, or that process is gone. */
  readonly origin: string | null;
}
