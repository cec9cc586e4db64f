import { must } from "../lib/assert.ts";
import type { ModelFailure, ModelFinishReason } from "../providers/provider.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message, Part } from "../schema/message.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { noUsage } from "../schema/usage.ts";
import type { Usage } from "../schema/usage.ts";
import { settledUsage } from "./estimate-usage.ts";
import type { RequestRecord, StepResult, ToolCall, TurnPorts } from "./ports.ts";
import { stepTimes, StepContent } from "./step-content.ts";
import { StepJournal } from "./step-journal.ts";
import {
  answerWithInput,
  brokenInputs,
  partsCarry,
  partsOfBlocks,
  withUniqueCallIds,
  withValidInputs,
} from "./step-parts.ts";
import { streamStep } from "./step-stream.ts";

export type StepEnd =
  | {
      readonly kind: "ended";
      readonly reason: ModelFinishReason;
      readonly calls: readonly ToolCall[];
      readonly usage: Usage;
    }
  | { readonly kind: "failed"; readonly failure: ModelFailure; readonly usage: Usage }
  | { readonly kind: "canceled"; readonly usage: Usage };

/** One step: its row, its tries, and what the latest try has shown. */
export class StepRun {
  readonly #sessionId: SessionId;
  readonly #ports: TurnPorts;
  readonly #step: number;
  #row: Message | null = null;
  #content = new StepContent();
  #isStreaming = false;
  #messages: readonly ModelMessage[] = [];
  #startedAtMs = 0;
  #endedAtMs = 0;
  #isFinished = false;
  #journal: StepJournal | null = null;
  #folding: Promise<void> = Promise.resolve();

  constructor(sessionId: SessionId, ports: TurnPorts, step: number) {
    this.#sessionId = sessionId;
    this.#ports = ports;
    this.#step = step;
  }

  messageId(): MessageId {
    return must(this.#row, "the step's row").id;
  }

  text(): string {
    const blocks = this.#content.blocks().filter((block) => block.kind === "text" && block.text !== "");
    return blocks.map((block) => (block.kind === "text" ? block.text : "")).join("\n\n");
  }

  liveMessage(): Message | null {
    return this.#row === null || !this.#isStreaming ? null : { ...this.#row, parts: this.#parts() };
  }

  /**
   * Makes one request; none where the signal has aborted before. What ended well or was canceled is on disk when it
   * resolves; what failed is not yet. Rejects where a write fails: a stream that can't be kept is stopped at once.
   */
  async request(signal: AbortSignal): Promise<StepEnd> {
    await this.#ensureRow();
    this.#content = new StepContent();
    if (signal.aborted) {
      await this.cancelWaiting();
      return { kind: "canceled", usage: noUsage };
    }
    const { clock, transcript, model } = this.#ports;
    const stop = new AbortController();
    const journal = new StepJournal(transcript.openJournal(this.messageId()), clock, model.overheadLength);
    this.#journal = journal;
    this.#startedAtMs = clock.nowMs();
    this.#isStreaming = true;
    try {
      await streamStep(this.#messages, {
        ports: this.#ports,
        sessionId: this.#sessionId,
        messageId: this.messageId(),
        content: this.#content,
        journal,
        signal: AbortSignal.any([signal, stop.signal]),
        onFold: () => {
          this.#fold(stop);
        },
      });
      journal.flush();
      await this.#folding;
      return await this.#settle(signal);
    } finally {
      this.#isStreaming = false;
    }
  }

  async #ensureRow(): Promise<void> {
    if (this.#row !== null) return;
    const { transcript, model } = this.#ports;
    // Results stand before it: between a call and its result nothing may be said.
    if (this.#step > 0) await transcript.takeSteering();
    this.#messages = transcript.messages({ supportsImages: model.supportsImages });
    this.#row = await transcript.startStep();
    this.#ports.emit({ type: "step-start", sessionId: this.#sessionId, messageId: this.#row.id, step: this.#step });
  }

  /** Empties the row after a failed try. */
  async discard(): Promise<void> {
    const record = this.#record(this.#content.failure?.kind ?? "protocol");
    this.#content = new StepContent();
    // Before the row: a journal beside a row that waits for its next try means that the try has begun.
    this.#dropJournal();
    await this.#ports.transcript.discardStep(this.messageId(), record);
  }

  async fail(failure: ModelFailure): Promise<void> {
    const finish = { reason: "error", message: failure.message, details: failure.details ?? "" };
    await this.#finish(finish, { outcome: failure.kind, answer: "Not run: the model's answer failed." });
  }

  /** A bug ended the turn: what came stays, as a failed step, where its row has no end yet. */
  async abandon(message: string): Promise<void> {
    if (this.#row === null || this.#isFinished) return;
    const finish = { reason: "error", message: "The program failed", details: message };
    await this.#finish(finish, { outcome: "protocol", answer: "Not run: the program failed." });
  }

  /** Canceled before the request was sent or while waiting for the next try: nothing is shown, nothing more is booked. */
  async cancelWaiting(): Promise<void> {
    this.#content = new StepContent();
    await this.#finish(canceledFinish, { outcome: null, answer: canceledAnswer });
  }

  async #settle(signal: AbortSignal): Promise<StepEnd> {
    this.#endedAtMs = this.#ports.clock.nowMs();
    const { end, failure } = this.#content;
    if (signal.aborted && !this.#content.isSent) {
      await this.cancelWaiting();
      return { kind: "canceled", usage: noUsage };
    }
    if (signal.aborted && end === null) {
      await this.#finish(canceledFinish, { outcome: "canceled", answer: canceledAnswer });
      return { kind: "canceled", usage: this.#usage() };
    }
    if (end === null) return { kind: "failed", failure: failure ?? cutOff, usage: this.#usage() };
    const raw = withUniqueCallIds(this.#content.blocks());
    const calls = raw.filter((block) => block.kind === "tool-call");
    const blocks = withValidInputs(raw);
    const parts = partsOfBlocks(blocks, "all", stepTimes(this.#content));
    await this.#store({
      parts,
      exactBlocks: partsCarry(blocks, parts) ? null : blocks,
      finish: { reason: calls.length > 0 ? "tool_use" : end.reason === "tool_use" ? "end_turn" : end.reason },
      answers: [],
      record: this.#record("ok"),
    });
    return { kind: "ended", reason: end.reason, calls, usage: this.#usage() };
  }

  /** Ends the row of a step that was cut off: its calls get valid arguments and an answer each. */
  async #finish(
    finish: StepResult["finish"],
    why: { readonly outcome: string | null; readonly answer: string },
  ): Promise<void> {
    const raw = withUniqueCallIds(this.#content.blocks());
    const blocks = withValidInputs(raw);
    const broken = brokenInputs(raw);
    const calls = blocks.filter((block) => block.kind === "tool-call");
    const parts = partsOfBlocks(blocks, "all", stepTimes(this.#content));
    await this.#store({
      parts,
      exactBlocks: partsCarry(blocks, parts) ? null : blocks,
      finish,
      answers: calls.map((call) => {
        return { call, result: { content: answerWithInput(why.answer, broken.get(call.id)), isError: true } };
      }),
      record: why.outcome === null ? null : this.#record(why.outcome),
    });
  }

  async #store(result: StepResult): Promise<void> {
    await this.#ports.transcript.finishStep(this.messageId(), result);
    this.#isFinished = true;
    this.#dropJournal();
  }

  /** A write failed: what came stays in the journal, for whoever settles the step. */
  leaveJournal(): void {
    this.#journal?.close();
    this.#journal = null;
  }

  #dropJournal(): void {
    this.#journal?.remove();
    this.#journal = null;
  }

  #parts(): Part[] {
    return partsOfBlocks(this.#content.blocks(), this.#content.finishedCallIds(), stepTimes(this.#content));
  }

  /** One at a time: while the disk is slow, only the latest state waits for it. */
  #fold(stop: AbortController): void {
    this.#folding = this.#folding.then(() => this.#ports.transcript.foldStep(this.messageId(), this.#parts()));
    // The rejection is seen where `#folding` is awaited, when the stream has ended.
    this.#folding.catch((error: unknown) => {
      stop.abort(error);
    });
  }

  #usage(): Usage {
    const { usage, outputLength, end, failure } = this.#content;
    return settledUsage(usage, {
      messages: this.#messages,
      overheadLength: this.#ports.model.overheadLength,
      outputLength,
      isComplete: end !== null,
      isRefused: outputLength === 0 && failure !== null && failure.kind !== "aborted",
    });
  }

  #record(outcome: string): RequestRecord {
    const startedAtMs = this.#content.sentAtMs ?? this.#startedAtMs;
    return {
      usage: this.#usage(),
      providerCostUsd: this.#content.end?.costUsd ?? null,
      startedAtMs,
      durationMs: Math.max(0, this.#endedAtMs - startedAtMs),
      outcome,
    };
  }
}

const canceledFinish = { reason: "canceled", message: "Canceled by the person" } as const;
const canceledAnswer = "Canceled by the person before it ran.";
const cutOff: ModelFailure = { kind: "protocol", message: "The model's answer broke off", isRetryable: true };
