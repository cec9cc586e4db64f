import type { BinaryPart, FinishReason } from "../schema/message.ts";
import type { Usage } from "../schema/usage.ts";

export interface PromptInput {
  readonly text: string;
  readonly attachments: readonly BinaryPart[];
  /** It is what was kept as the session's draft: that goes in the transaction that stores the prompt. */
  readonly isDraft?: boolean;
  /** The person knows that the session's last step, another program's, is unfinished. Absent: sending asks first. */
  readonly goesOnAnyway?: boolean;
}

export interface TurnOutcome {
  readonly reason: FinishReason;
  /** The last assistant message's text. */
  readonly text: string;
  readonly usage: Usage;
  readonly costUsd: number | null;
  readonly errorMessage?: string;
  readonly errorHint?: string;
  /** Kind of the model's failure, for exit codes. */
  readonly failureKind?: string;
}
