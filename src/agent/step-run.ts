import { must } from "../lib/assert.ts";
import { unixSeconds } from "../lib/clock.ts";
import type { ModelFailure, ModelFinishReason } from "../providers/provider.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message, Part } from "../schema/message.ts";
import type { ModelBlock, ModelMessage } from "../schema/model-request.ts";
import { noUsage } from "../schema/usage.ts";
import type { Usage } from "../schema/usage.ts";
import { settledUsage } from "./estimate-usage.ts";
import type { RequestRecord, StepResult, ToolCall, TurnPorts } from "./ports.ts";
import { StepContent } from "./step-content.ts";
import { partsCarry, partsOfBlocks, validInput, withUniqueCallIds } from "./step-parts.ts";
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
  #saving: Promise<void> = Promise.resolve();

  constructor(sessionId: SessionId, ports: TurnPorts, step: number) {
    this.#sessionId = sessionId;
    this.#ports = ports;
    this.#step = step;
  }

  messageId(): MessageId {
    return must(this.#row, "the step's row").id;
  }

  text(): string {
    const blocks = this.#content.blocks().filter((block) => block.kind === "text");
    return blocks.map((block) => block.text).join("\n\n");
  }

  liveMessage(): Message | null {
    return this.#row === null || !this.#isStreaming ? null : { ...this.#row, parts: this.#parts() };
  }

  /** Makes one request. What ended well or was canceled is on disk when it resolves; what failed is not yet. */
  async request(signal: AbortSignal): Promise<StepEnd> {
    const { transcript, model, clock } = this.#ports;
    if (this.#row === null) {
      this.#messages = transcript.messages({ supportsImages: model.supportsImages });
      this.#row = await transcript.startStep();
      this.#ports.emit({ type: "step-start", sessionId: this.#sessionId, messageId: this.#row.id, step: this.#step });
    }
    this.#content = new StepContent();
    this.#startedAtMs = clock.nowMs();
    this.#isStreaming = true;
    try {
      await streamStep(this.#messages, {
        ports: this.#ports,
        sessionId: this.#sessionId,
        messageId: this.messageId(),
        content: this.#content,
        signal,
        onProgress: () => {
          this.#saveProgress();
        },
      });
      this.#endedAtMs = clock.nowMs();
      await this.#saving;
      return await this.#settle(signal);
    } finally {
      this.#isStreaming = false;
    }
  }

  /** Empties the row after a failed try. */
  async discard(): Promise<void> {
    const record = this.#record(this.#content.failure?.kind ?? "protocol");
    this.#content = new StepContent();
    await this.#ports.transcript.discardStep(this.messageId(), record);
  }

  async fail(failure: ModelFailure): Promise<void> {
    const finish = { reason: "error", message: failure.message, details: failure.details ?? "" };
    await this.#finish(finish, { outcome: failure.kind, answer: "Not run: the model's answer failed." });
  }

  /** Canceled while waiting for the next try: nothing is shown, nothing more is booked. */
  async cancelWaiting(): Promise<void> {
    this.#content = new StepContent();
    await this.#finish(canceledFinish, { outcome: null, answer: canceledAnswer });
  }

  async #settle(signal: AbortSignal): Promise<StepEnd> {
    const { end, failure } = this.#content;
    if (signal.aborted && end === null) {
      await this.#finish(canceledFinish, { outcome: "canceled", answer: canceledAnswer });
      return { kind: "canceled", usage: this.#usage() };
    }
    if (end === null) return { kind: "failed", failure: failure ?? cutOff, usage: this.#usage() };
    const raw = withUniqueCallIds(this.#content.blocks());
    const calls = raw.filter((block) => block.kind === "tool-call");
    const blocks = withValidInputs(raw);
    const parts = partsOfBlocks(blocks, "all", this.#times());
    await this.#ports.transcript.finishStep(this.messageId(), {
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
    const blocks = withValidInputs(withUniqueCallIds(this.#content.blocks()));
    const calls = blocks.filter((block) => block.kind === "tool-call");
    await this.#saving;
    await this.#ports.transcript.finishStep(this.messageId(), {
      parts: partsOfBlocks(blocks, "all", this.#times()),
      exactBlocks: null,
      finish,
      answers: calls.map((call) => ({ call, result: { content: why.answer, isError: true } })),
      record: why.outcome === null ? null : this.#record(why.outcome),
    });
  }

  #parts(): Part[] {
    return partsOfBlocks(this.#content.blocks(), this.#content.finishedCallIds(), this.#times());
  }

  #saveProgress(): void {
    const parts = this.#parts();
    const saving = this.#saving.then(() => this.#ports.transcript.saveProgress(this.messageId(), parts));
    this.#saving = saving;
    // The rejection is seen where `#saving` is awaited, at the latest when the stream has ended.
    saving.catch(() => undefined);
  }

  #times(): { reasoningStartedAt?: number; reasoningFinishedAt?: number } {
    const times = this.#content.reasoningTimesMs;
    if (times === null) return {};
    return { reasoningStartedAt: unixSeconds(times.startedAt), reasoningFinishedAt: unixSeconds(times.endedAt) };
  }

  #usage(): Usage {
    const { usage, outputLength, end, failure } = this.#content;
    // A request that was turned away consumed nothing.
    if (usage === null && failure !== null && failure.kind !== "aborted" && outputLength === 0) return noUsage;
    return settledUsage(usage, { messages: this.#messages, outputLength, isComplete: end !== null });
  }

  #record(outcome: string): RequestRecord {
    return {
      usage: this.#usage(),
      providerCostUsd: this.#content.end?.costUsd ?? null,
      startedAtMs: this.#startedAtMs,
      durationMs: Math.max(0, this.#endedAtMs - this.#startedAtMs),
      outcome,
    };
  }
}

/** What is stored and sent again is JSON always; the tool's refusal quotes what was not. */
function withValidInputs(blocks: readonly ModelBlock[]): ModelBlock[] {
  return blocks.map((block) => (block.kind === "tool-call" ? { ...block, input: validInput(block.input) } : block));
}

const canceledFinish = { reason: "canceled", message: "Canceled by the person" } as const;
const canceledAnswer = "Canceled by the person before it ran.";
const cutOff: ModelFailure = { kind: "protocol", message: "The model's answer broke off", isRetryable: true };
