import { AppError } from "../lib/app-error.ts";
import { must, unreachable } from "../lib/assert.ts";
import type { ModelFailure } from "../providers/provider.ts";
import type { MessageId, SessionId, ToolCallId } from "../schema/ids.ts";
import type { FinishReason, Message } from "../schema/message.ts";
import { addUsage, noUsage } from "../schema/usage.ts";
import type { Usage } from "../schema/usage.ts";
import type { ToolResult } from "../tools/tool.ts";
import { CallRun } from "./call-run.ts";
import { decide } from "./decide.ts";
import { OutputJournal } from "./output-journal.ts";
import type { CallSurroundings, ToolCall, TurnPorts } from "./ports.ts";
import { StepRun } from "./step-run.ts";
import type { CallRefusal, TurnEffect, TurnEvent, TurnState } from "./turn-state.ts";
import { withinGrace } from "./within-grace.ts";

export interface TurnResult {
  readonly reason: FinishReason;
  readonly failure: ModelFailure | null;
  /** The text of the last step. */
  readonly text: string;
  /** Of all requests of the turn, failed tries included. */
  readonly usage: Usage;
}

/** A step on disk whose turn is taken up again. */
export interface ResumedStep {
  readonly messageId: MessageId;
  /** All of the step; at least one has no result. */
  readonly calls: readonly { readonly call: ToolCall; readonly isAnswered: boolean }[];
}

/**
 * Performs what `decide` decides for one turn. Rejects only where a write failed (AppError) or on a bug; everything
 * else, a failed model included, is in the result and in the session.
 */
export class TurnRunner {
  readonly #sessionId: SessionId;
  readonly #ports: TurnPorts;
  readonly #abort = new AbortController();
  readonly #done = Promise.withResolvers<TurnResult>();
  readonly #calls = new Map<ToolCallId, CallRun>();
  #state: TurnState = { phase: "new" };
  #step: StepRun | null = null;
  #resumed: ResumedStep | null = null;
  /** Of the step whose calls run, once one has printed something. */
  #outputs: OutputJournal | null = null;
  #usage: Usage = noUsage;
  /** Writes happen in the order in which they were decided. */
  #writes: Promise<void> = Promise.resolve();
  #cancelRetry: (() => void) | null = null;
  #retry: RetryState | null = null;
  /** What is under way; none of it rejects. */
  readonly #work = new Set<Promise<void>>();
  #hasGivenUp = false;
  /** Not yet decided on, the one being worked on first. */
  readonly #events: TurnEvent[] = [];

  constructor(sessionId: SessionId, ports: TurnPorts) {
    this.#sessionId = sessionId;
    this.#ports = ports;
  }

  /** Runs the turn; call once. */
  run(): Promise<TurnResult> {
    this.#dispatch({ type: "start" });
    return this.#done.promise;
  }

  /** Runs the rest of a turn: the calls without a result, and what follows. Call once, instead of `run`. */
  resume(resumed: ResumedStep): Promise<TurnResult> {
    this.#resumed = resumed;
    for (const { call } of resumed.calls) this.#calls.set(call.id, new CallRun(call, this.#ports));
    const calls = resumed.calls.map(({ call: { id, name }, isAnswered }) => {
      const status = isAnswered ? ("answered" as const) : ("waiting" as const);
      return { id, name, isReadOnly: this.#ports.tools.isReadOnly(name), status };
    });
    this.#dispatch({ type: "resume", calls });
    return this.#done.promise;
  }

  /** Ends the turn, keeping what is there; `run` then resolves with `canceled`. */
  cancel(): void {
    this.#dispatch({ type: "cancel" });
  }

  /** The step that streams, newer than its row; null between steps. */
  streamingMessage(): Message | null {
    return this.#step?.liveMessage() ?? null;
  }

  /** What the calls that run have printed, the end of it. */
  outputs(): ReadonlyMap<ToolCallId, string> {
    return this.#outputs?.shown ?? new Map<ToolCallId, string>();
  }

  retryState(): RetryState | null {
    return this.#retry;
  }

  /** One event after the other: a watcher may cancel while the effects of an earlier event are being performed. */
  #dispatch(event: TurnEvent): void {
    this.#events.push(event);
    if (this.#events.length > 1) return;
    try {
      for (let next: TurnEvent | undefined = event; next !== undefined; next = this.#events[0]) {
        const decision = decide(this.#state, next, this.#ports.random());
        this.#state = decision.state;
        for (const effect of decision.effects) this.#perform(effect);
        this.#events.shift();
      }
    } catch (error) {
      this.#events.length = 0;
      this.#giveUp(error);
    }
  }

  #perform(effect: TurnEffect): void {
    switch (effect.type) {
      case "request-step":
        this.#guard(this.#requestStep(effect.step, effect.attempt));
        return;
      case "discard-attempt":
        void this.#write(() => must(this.#step, "a step").discard());
        return;
      case "wait-retry":
        this.#waitRetry(effect);
        return;
      case "fail-step":
        void this.#write(() => must(this.#step, "a step").fail(effect.failure));
        return;
      case "prepare-call":
        this.#guard(this.#prepareCall(effect.callId));
        return;
      case "authorize-call":
        this.#guard(this.#authorizeCall(effect.callId));
        return;
      case "run-call":
        this.#guard(this.#runCall(effect.callId));
        return;
      case "answer-call":
        this.#guard(this.#answer(effect.callId, refusalResult(effect.why)));
        return;
      case "abort":
        this.#abortAll();
        return;
      case "mark-canceled":
        void this.#write(() => this.#ports.transcript.markCanceled(this.#messageId()));
        return;
      case "end-turn":
        this.#guard(this.#endTurn(effect.reason, effect.failure ?? null));
        return;
      default:
        unreachable(effect);
    }
  }

  async #requestStep(step: number, attempt: number): Promise<void> {
    this.#retry = null;
    if (attempt === 1) this.#step = new StepRun(this.#sessionId, this.#ports, step);
    const run = must(this.#step, "a step");
    await this.#writes;
    this.#dropOutputs();
    const end = await run.request(this.#abort.signal);
    this.#usage = addUsage(this.#usage, end.usage);
    if (end.kind === "canceled") {
      this.#dispatch({ type: "step-canceled" });
    } else if (end.kind === "failed") {
      this.#dispatch({ type: "step-failed", failure: end.failure });
    } else {
      this.#calls.clear();
      for (const call of end.calls) this.#calls.set(call.id, new CallRun(call, this.#ports));
      const calls = end.calls.map(({ id, name }) => ({ id, name, isReadOnly: this.#ports.tools.isReadOnly(name) }));
      this.#dispatch({ type: "step-ended", reason: end.reason, calls });
    }
  }

  #waitRetry(effect: Extract<TurnEffect, { type: "wait-retry" }>): void {
    const { attempt, failure } = effect;
    const dueAtMs = this.#ports.clock.nowMs() + effect.delayMs;
    this.#retry = { attempt, dueAtMs, reason: failure.message };
    this.#ports.emit({
      type: "retry-wait",
      sessionId: this.#sessionId,
      messageId: this.#messageId(),
      attempt,
      dueAtMs,
      reason: failure.message,
    });
    this.#cancelRetry = this.#ports.clock.after(effect.delayMs, () => {
      this.#cancelRetry = null;
      this.#dispatch({ type: "retry-due" });
    });
  }

  async #prepareCall(callId: ToolCallId): Promise<void> {
    const call = this.#call(callId);
    const prepared = await this.#withinGrace(call, call.prepare(this.#surroundingsOf(call)), (result) => {
      return { kind: "refused", result } as const;
    });
    if (prepared.kind === "refused") await this.#answer(callId, prepared.result);
    else this.#dispatch({ type: "call-prepared", callId, needsPermission: prepared.permissions.length > 0 });
  }

  #surroundingsOf(call: CallRun): CallSurroundings {
    const { id: toolCallId } = call.call;
    return {
      signal: this.#abort.signal,
      onOutput: (text, file) => {
        if (call.isAnswered) return;
        this.#outputs ??= new OutputJournal(this.#ports.transcript.openJournal(this.#messageId()), this.#ports.clock);
        this.#outputs.add(toolCallId, text, file);
        this.#ports.emit({ type: "tool-output", sessionId: this.#sessionId, toolCallId, text });
      },
    };
  }

  async #authorizeCall(callId: ToolCallId): Promise<void> {
    const answer = await this.#ports.authorize(this.#call(callId).permissions(), this.#abort.signal);
    if (answer.decision === "allow") this.#dispatch({ type: "call-allowed", callId });
    else this.#dispatch({ type: "call-denied", callId, message: answer.message ?? null });
  }

  async #runCall(callId: ToolCallId): Promise<void> {
    this.#ports.emit({ type: "tool-run-start", sessionId: this.#sessionId, toolCallId: callId });
    const call = this.#call(callId);
    const result = await this.#withinGrace(call, call.run(), (late) => late);
    await this.#answer(callId, result);
  }

  /** Tools promise to end promptly after an abort; one that does not must not hold the turn. */
  async #withinGrace<T>(call: CallRun, work: Promise<T>, wrap: (late: ToolResult) => T): Promise<T> {
    return withinGrace(work, { signal: this.#abort.signal, clock: this.#ports.clock }, () => {
      this.#ports.reportBug(new Error(`the tool ${call.call.name} did not stop when it was aborted`));
      return wrap({ content: "Canceled by the person; the tool did not stop in time.", isError: true });
    });
  }

  /** Each call gets one result, whatever comes first. */
  async #answer(callId: ToolCallId, result: ToolResult): Promise<void> {
    const call = this.#call(callId);
    if (call.isAnswered) return;
    call.isAnswered = true;
    await this.#write(() => this.#ports.transcript.addResult(call.call, result));
    this.#outputs?.forget(callId);
    this.#dispatch({ type: "call-answered", callId });
  }

  #abortAll(): void {
    this.#abort.abort(new Error("canceled by the person"));
    if (this.#cancelRetry !== null) {
      this.#cancelRetry();
      this.#cancelRetry = null;
      this.#guard(
        this.#write(() => must(this.#step, "a step").cancelWaiting()).then(() => {
          this.#dispatch({ type: "step-canceled" });
        }),
      );
    }
  }

  async #endTurn(reason: FinishReason, failure: ModelFailure | null): Promise<void> {
    await this.#writes;
    this.#retry = null;
    this.#dropOutputs();
    const text = this.#step?.text() ?? "";
    this.#step = null;
    this.#done.resolve({ reason, failure, text, usage: this.#usage });
  }

  /** All that was printed is in results. */
  #dropOutputs(): void {
    this.#outputs?.remove();
    this.#outputs = null;
  }

  #call(callId: ToolCallId): CallRun {
    return must(this.#calls.get(callId), "a call of this step");
  }

  #messageId(): MessageId {
    return this.#step?.messageId() ?? must(this.#resumed, "a step").messageId;
  }

  #write(write: () => Promise<void>): Promise<void> {
    const written = this.#writes.then(write);
    this.#writes = written;
    this.#guard(written);
    return written;
  }

  #guard(work: Promise<void>): void {
    const guarded = work
      .catch((error: unknown) => {
        this.#giveUp(error);
      })
      .finally(() => {
        this.#work.delete(guarded);
      });
    this.#work.add(guarded);
  }

  /** A write that failed ends the turn: what is not on disk must not go on. `run` rejects when nothing runs any more. */
  #giveUp(reason: unknown): void {
    if (this.#hasGivenUp) return;
    this.#hasGivenUp = true;
    this.#abort.abort(reason);
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#state = { phase: "ended", reason: "error" };
    const reject = (): void => {
      this.#done.reject(reason);
    };
    this.#comeToRest(reason).then(reject, reject);
  }

  async #comeToRest(reason: unknown): Promise<void> {
    await Promise.all(this.#work);
    if (!(reason instanceof AppError)) {
      await this.#step?.abandon(reason instanceof Error ? reason.message : String(reason));
    }
    this.#step?.leaveJournal();
    this.#outputs?.close();
  }
}

export interface RetryState {
  readonly attempt: number;
  readonly dueAtMs: number;
  readonly reason: string;
}

function refusalResult(why: CallRefusal): ToolResult {
  switch (why.kind) {
    case "canceled":
      return { content: "Canceled by the person before it ran.", isError: true };
    case "denied":
      return {
        content:
          why.message === null
            ? "The person denied permission."
            : `The person denied permission and says: ${why.message}`,
        isError: true,
      };
    case "skipped-after-denial":
      return { content: "Not run: the person denied permission for an earlier call.", isError: true };
    default:
      return unreachable(why);
  }
}
