import type { ModelFailure, ModelFinishReason } from "../providers/provider.ts";
import type { ToolCallId } from "../schema/ids.ts";
import type { FinishReason } from "../schema/message.ts";

/** A call of the current step. `waiting`: its batch has not started; `active`: prepared, asked about or run. */
export interface TurnCall {
  readonly id: ToolCallId;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly status: "waiting" | "preparing" | "authorizing" | "running" | "answered";
}

/**
 * Where a turn stands. The lifecycle: requesting → (waiting-retry → requesting)* → calling → requesting → … → ended.
 * `closing` is a cancelled turn that waits for what it aborted.
 */
export type TurnState =
  | { readonly phase: "new" }
  | { readonly phase: "requesting"; readonly step: number; readonly attempt: number }
  | { readonly phase: "waiting-retry"; readonly step: number; readonly attempt: number }
  | {
      readonly phase: "calling";
      readonly step: number;
      readonly calls: readonly TurnCall[];
      readonly isStopping: boolean;
    }
  | { readonly phase: "closing"; readonly calls: readonly TurnCall[] }
  | { readonly phase: "ended"; readonly reason: FinishReason };

export type TurnEvent =
  | { readonly type: "start" }
  /** Goes on among the calls of a step that is on disk: some answered, at least one waiting. */
  | { readonly type: "resume"; readonly calls: readonly TurnCall[] }
  /** The step's row is on disk, finished. */
  | {
      readonly type: "step-ended";
      readonly reason: ModelFinishReason;
      readonly calls: readonly Omit<TurnCall, "status">[];
    }
  /** The request failed; what it had shown is still there. */
  | { readonly type: "step-failed"; readonly failure: ModelFailure }
  /** The aborted step is on disk as far as it came, each of its calls answered. */
  | { readonly type: "step-canceled" }
  | { readonly type: "retry-due" }
  | { readonly type: "call-prepared"; readonly callId: ToolCallId; readonly needsPermission: boolean }
  | { readonly type: "call-allowed"; readonly callId: ToolCallId }
  /** Denied; its answer is not yet stored. With a word to the model the turn goes on. */
  | { readonly type: "call-denied"; readonly callId: ToolCallId; readonly message: string | null }
  /** The call's result is on disk. */
  | { readonly type: "call-answered"; readonly callId: ToolCallId }
  | { readonly type: "cancel" };

export type TurnEffect =
  | { readonly type: "request-step"; readonly step: number; readonly attempt: number }
  /** Forget what the failed try has shown, on screen and on disk. */
  | { readonly type: "discard-attempt" }
  | { readonly type: "wait-retry"; readonly attempt: number; readonly delayMs: number; readonly failure: ModelFailure }
  | { readonly type: "fail-step"; readonly failure: ModelFailure }
  | { readonly type: "prepare-call"; readonly callId: ToolCallId }
  | { readonly type: "authorize-call"; readonly callId: ToolCallId }
  | { readonly type: "run-call"; readonly callId: ToolCallId }
  /** Stores an error result for a call that did not run. */
  | { readonly type: "answer-call"; readonly callId: ToolCallId; readonly why: CallRefusal }
  /** Aborts the request, the wait, the question or the tools at work. */
  | { readonly type: "abort" }
  /** Marks the step whose calls were cut off as canceled. */
  | { readonly type: "mark-canceled" }
  | { readonly type: "end-turn"; readonly reason: FinishReason; readonly failure?: ModelFailure };

export type CallRefusal =
  | { readonly kind: "canceled" }
  | { readonly kind: "denied"; readonly message: string | null }
  | { readonly kind: "skipped-after-denial" };

export interface Decision {
  readonly state: TurnState;
  readonly effects: readonly TurnEffect[];
}
