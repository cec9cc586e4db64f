import type { Clock } from "../lib/clock.ts";
import type { ModelEvent } from "../providers/provider.ts";
import type { MessageId, ToolCallId } from "../schema/ids.ts";
import type { Message, Part } from "../schema/message.ts";
import type { ModelBlock, ModelMessage } from "../schema/model-request.ts";
import type { PermissionAnswer, PermissionRequest } from "../schema/permission.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { Usage } from "../schema/usage.ts";
import type { PreparedCall, ToolContext, ToolResult } from "../tools/tool.ts";

/** One try of one request, for the ledger. */
export interface RequestRecord {
  readonly usage: Usage;
  /** US$ where the provider said so itself; null: to be computed from the list price. */
  readonly providerCostUsd: number | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** `ok`, `canceled` or the failure's kind. */
  readonly outcome: string;
}

export interface StepResult {
  /** Without the finish part, which the port adds. */
  readonly parts: readonly Part[];
  /** Null where the parts carry everything. */
  readonly exactBlocks: readonly ModelBlock[] | null;
  readonly finish: { readonly reason: string; readonly message?: string; readonly details?: string };
  /** Calls that got no chance to run; stored with the step in one transaction. */
  readonly answers: readonly { readonly call: ToolCall; readonly result: ToolResult }[];
  /** Null where no request was made: canceled before it, or while it waited for its next try. */
  readonly record: RequestRecord | null;
}

export interface ToolCall {
  readonly id: ToolCallId;
  readonly name: string;
  readonly input: string;
}

/** Keeps what has streamed of a step until it is on disk as a row. Nothing of it throws or waits. */
export interface JournalPort {
  /** True: the text survives this process. False: the disk did not take it; the same text may be given again. */
  append(text: string): boolean;
  /** Ends the writing and leaves what there is, for whoever settles the step. */
  close(): void;
  remove(): void;
}

/**
 * The session's rows. Each method resolves when its write is committed, and rejects with an AppError where it can't be
 * (no space, the session is gone): the turn then ends at once.
 */
export interface TranscriptPort {
  /** What the next request is built from. */
  messages(options: { readonly supportsImages: boolean }): readonly ModelMessage[];
  /** Puts into the transcript, before a step, what the person has said to the running turn meanwhile. */
  takeSteering(): Promise<void>;
  /** Adds the assistant row of a step, empty. */
  startStep(): Promise<Message>;
  /** An empty journal for a try of this step, or for what its calls print; an earlier one is gone. */
  openJournal(messageId: MessageId): JournalPort;
  /** Puts what has streamed so far into the row. May leave it out where the row can't be written now: the journal has it. */
  foldStep(messageId: MessageId, parts: readonly Part[]): Promise<void>;
  /** Empties the row of a step whose try failed, and books the try. */
  discardStep(messageId: MessageId, record: RequestRecord): Promise<void>;
  finishStep(messageId: MessageId, result: StepResult): Promise<void>;
  /** Turns a finished step's reason into `canceled`. */
  markCanceled(messageId: MessageId): Promise<void>;
  addResult(call: ToolCall, result: ToolResult): Promise<void>;
}

export interface ModelPort {
  readonly supportsImages: boolean;
  /** Characters that each request holds besides its messages (system prompt, tools): for estimates. */
  readonly overheadLength: number;
  /** Never throws; see Provider. */
  stream(messages: readonly ModelMessage[], signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export interface CallSurroundings {
  readonly signal: AbortSignal;
  /** See ToolContext. */
  readonly onOutput: ToolContext["onOutput"];
}

export interface ToolPort {
  isReadOnly(name: string): boolean;
  /** An unknown tool or invalid JSON is `refused`. */
  prepare(call: ToolCall, surroundings: CallSurroundings): Promise<PreparedCall>;
}

export interface TurnPorts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly transcript: TranscriptPort;
  readonly model: ModelPort;
  readonly tools: ToolPort;
  /** Judges by the rules, asks the person where they say so. Denies when the signal aborts. Never rejects. */
  authorize(requests: readonly PermissionRequest[], signal: AbortSignal): Promise<PermissionAnswer>;
  emit(event: LiveEvent): void;
  /** A tool threw, or what was aborted went on: a bug of ours, which must not take the conversation down. */
  reportBug(error: unknown): void;
}
