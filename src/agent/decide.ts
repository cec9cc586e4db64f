import { must, unreachable } from "../lib/assert.ts";
import type { ModelFinishReason } from "../providers/provider.ts";
import type { ToolCallId } from "../schema/ids.ts";
import type { FinishReason } from "../schema/message.ts";
import { retryDelayMs } from "./retry-delay.ts";
import type { CallRefusal, Decision, TurnCall, TurnEffect, TurnEvent, TurnState } from "./turn-state.ts";

type Event<Type extends TurnEvent["type"]> = Extract<TurnEvent, { type: Type }>;
type Calling = Extract<TurnState, { phase: "calling" }>;

/**
 * The turn's whole logic: which effects follow from an event. Pure; `jitter` in [0, 1) is the only chance in it.
 * Events that come too late (an answer after a cancel) change nothing.
 */
export function decide(state: TurnState, event: TurnEvent, jitter: number): Decision {
  switch (event.type) {
    case "start":
    case "resume":
      return begin(state, event);
    case "retry-due":
      return state.phase === "waiting-retry" ? request(state.step, state.attempt + 1) : ignore(state);
    case "step-ended":
      return state.phase === "requesting" ? afterStep(state.step, event) : afterLateStep(state, event);
    case "step-failed":
      return state.phase === "requesting" ? afterFailure(state, event, jitter) : afterLateStepEnd(state);
    case "step-canceled":
      return afterLateStepEnd(state);
    case "call-prepared":
    case "call-allowed":
    case "call-denied":
      return afterCallProgress(state, event);
    case "call-answered":
      return afterAnswer(state, event.callId);
    case "cancel":
      return cancel(state);
    default:
      return unreachable(event);
  }
}

function ignore(state: TurnState): Decision {
  return { state, effects: [] };
}

function end(reason: FinishReason): Decision {
  return { state: { phase: "ended", reason }, effects: [{ type: "end-turn", reason }] };
}

/** A step that is there already counts as the first of the turn: the next one takes in what the person says meanwhile. */
function begin(state: TurnState, event: Event<"start"> | Event<"resume">): Decision {
  if (state.phase !== "new") return ignore(state);
  if (event.type === "start") return request(0, 1);
  return startBatch({ phase: "calling", step: 0, calls: event.calls, isStopping: false });
}

function request(step: number, attempt: number): Decision {
  return { state: { phase: "requesting", step, attempt }, effects: [{ type: "request-step", step, attempt }] };
}

function afterStep(step: number, event: Event<"step-ended">): Decision {
  if (event.calls.length === 0) return end(finishReasonOf(event.reason));
  const calls = event.calls.map((call): TurnCall => ({ ...call, status: "waiting" }));
  return startBatch({ phase: "calling", step, calls, isStopping: false });
}

/** The step came to its end in the moment it was cancelled: its calls are answered, none of them runs. */
function afterLateStep(state: TurnState, event: Event<"step-ended">): Decision {
  if (state.phase !== "closing" || state.calls.length > 0) return ignore(state);
  if (event.calls.length === 0) return end("canceled");
  const calls = event.calls.map((call): TurnCall => ({ ...call, status: "running" }));
  return { state: { phase: "closing", calls }, effects: calls.map((call) => refuse(call.id, { kind: "canceled" })) };
}

function afterLateStepEnd(state: TurnState): Decision {
  return state.phase === "closing" && state.calls.length === 0 ? end("canceled") : ignore(state);
}

function finishReasonOf(reason: ModelFinishReason): FinishReason {
  return reason === "tool_use" ? "end_turn" : reason;
}

function afterFailure(
  state: Extract<TurnState, { phase: "requesting" }>,
  event: Event<"step-failed">,
  jitter: number,
): Decision {
  const delayMs = retryDelayMs(event.failure, state.attempt, jitter);
  if (delayMs === null) {
    return {
      state: { phase: "ended", reason: "error" },
      effects: [
        { type: "fail-step", failure: event.failure },
        { type: "end-turn", reason: "error", failure: event.failure },
      ],
    };
  }
  const { step, attempt } = state;
  return {
    state: { phase: "waiting-retry", step, attempt },
    effects: [{ type: "discard-attempt" }, { type: "wait-retry", attempt, delayMs, failure: event.failure }],
  };
}

function afterCallProgress(
  state: TurnState,
  event: Event<"call-prepared"> | Event<"call-allowed"> | Event<"call-denied">,
): Decision {
  if (state.phase !== "calling") return ignore(state);
  const { callId } = event;
  switch (event.type) {
    case "call-prepared":
      return event.needsPermission
        ? advance(state, { callId, status: "authorizing" }, { type: "authorize-call", callId })
        : advance(state, { callId, status: "running" }, { type: "run-call", callId });
    case "call-allowed":
      return advance(state, { callId, status: "running" }, { type: "run-call", callId });
    case "call-denied": {
      const denied = refuse(callId, { kind: "denied", message: event.message });
      const decision = advance(state, { callId, status: "running" }, denied);
      const isStopping = state.isStopping || event.message === null;
      return { ...decision, state: { ...(decision.state as Calling), isStopping } };
    }
    default:
      return unreachable(event);
  }
}

function advance(
  state: Calling,
  change: Pick<TurnCall, "status"> & { callId: ToolCallId },
  effect: TurnEffect,
): Decision {
  return { state: { ...state, calls: withStatus(state.calls, change.callId, change.status) }, effects: [effect] };
}

function withStatus(calls: readonly TurnCall[], callId: ToolCallId, status: TurnCall["status"]): TurnCall[] {
  return calls.map((call) => (call.id === callId ? { ...call, status } : call));
}

function refuse(callId: ToolCallId, why: CallRefusal): TurnEffect {
  return { type: "answer-call", callId, why };
}

function afterAnswer(state: TurnState, callId: ToolCallId): Decision {
  if (state.phase !== "calling" && state.phase !== "closing") return ignore(state);
  const calls = withStatus(state.calls, callId, "answered");
  const areAllAnswered = calls.every((call) => call.status === "answered");
  if (state.phase === "closing") {
    return areAllAnswered ? { ...end("canceled"), effects: closingEffects } : ignore({ ...state, calls });
  }
  if (areAllAnswered) return state.isStopping ? end("canceled") : request(state.step + 1, 1);
  const isBatchDone = calls.every((call) => call.status === "answered" || call.status === "waiting");
  const next: Calling = { ...state, calls };
  return isBatchDone ? startBatch(next) : ignore(next);
}

const closingEffects: readonly TurnEffect[] = [{ type: "mark-canceled" }, { type: "end-turn", reason: "canceled" }];

/** The next calls to run: one that changes something runs alone; neighbours that only read run side by side. */
function startBatch(state: Calling): Decision {
  const waiting = state.calls.filter((call) => call.status === "waiting");
  if (state.isStopping) {
    const ids = new Set(waiting.map((call) => call.id));
    const calls = state.calls.map((call): TurnCall => (ids.has(call.id) ? { ...call, status: "running" } : call));
    return {
      state: { ...state, calls },
      effects: waiting.map((call) => refuse(call.id, { kind: "skipped-after-denial" })),
    };
  }
  const first = must(waiting[0], "a waiting call");
  const changing = waiting.findIndex((call) => !call.isReadOnly);
  const batch = first.isReadOnly ? waiting.slice(0, changing === -1 ? waiting.length : changing) : [first];
  const ids = new Set(batch.map((call) => call.id));
  return {
    state: {
      ...state,
      calls: state.calls.map((call): TurnCall => (ids.has(call.id) ? { ...call, status: "preparing" } : call)),
    },
    effects: batch.map((call) => ({ type: "prepare-call", callId: call.id })),
  };
}

function cancel(state: TurnState): Decision {
  switch (state.phase) {
    case "new":
      return end("canceled");
    case "requesting":
      return { state: { phase: "closing", calls: [] }, effects: [{ type: "abort" }] };
    case "waiting-retry":
      return { state: { phase: "closing", calls: [] }, effects: [{ type: "abort" }] };
    case "calling": {
      // What runs answers for itself once aborted; the rest is answered here.
      const notStarted = state.calls.filter((call) => call.status !== "running" && call.status !== "answered");
      const ids = new Set(notStarted.map((call) => call.id));
      const calls = state.calls.map((call): TurnCall => (ids.has(call.id) ? { ...call, status: "running" } : call));
      return {
        state: { phase: "closing", calls },
        effects: [{ type: "abort" }, ...notStarted.map((call) => refuse(call.id, { kind: "canceled" }))],
      };
    }
    case "closing":
    case "ended":
      return ignore(state);
    default:
      return unreachable(state);
  }
}
