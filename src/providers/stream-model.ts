import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import type { JsonObject } from "../lib/json.ts";
import { asToolCallId } from "../schema/ids.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import { classifyFailure } from "./classify-failure.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import type { ModelEvent, ModelFinishReason } from "./provider.ts";
import type { BodyEdit, OpenWireCall, WireCall, WireUsage } from "./wire-call.ts";
import { IncompleteAnswerError } from "./wire-errors.ts";

export interface StreamOptions {
  readonly settings: ProviderSettings;
  readonly signal: AbortSignal;
  readonly open: OpenWireCall;
}

type Reader = ReadableStreamDefaultReader<LanguageModelV4StreamPart>;
type FinishPart = Extract<LanguageModelV4StreamPart, { type: "finish" }>;
type BlockEnd = Extract<ModelEvent, { type: "text-end" | "reasoning-end" | "tool-call-end" }>;

/** Makes one request. The contract of `Provider.stream`: it never throws, and ends soon after an abort. */
export async function* streamModel(request: ModelRequest, options: StreamOptions): AsyncGenerator<ModelEvent> {
  const { settings, signal, open } = options;
  let reader: Reader | undefined;
  const stop = (): void => {
    // The pending read ends at once; why it was stopped is read from the signal.
    reader?.cancel().catch(() => undefined);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const fetch = (editBody?: BodyEdit): typeof globalThis.fetch => guardedFetch(settings, editBody);
    const call = await orAborted(async () => open(request, { settings, fetch }), signal);
    const { stream } = await orAborted(() => call.model.doStream({ ...call.options, abortSignal: signal }), signal);
    reader = stream.getReader();
    yield* new AnswerReader(call, signal).events(reader);
  } catch (error) {
    const isAnswered = reader !== undefined;
    const context = { settings, modelId: request.modelId, isAborted: signal.aborted, isAnswered };
    yield { type: "failure", failure: classifyFailure(error, context) };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** Starts the work unless the signal is aborted already; settles with it, or as soon as the signal is aborted. */
async function orAborted<T>(start: () => PromiseLike<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(new Error("aborted", { cause: signal.reason }));
    };
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([start(), aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const finishReasons: Readonly<Record<string, ModelFinishReason>> = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "content_filter",
};

/** Turns the AI SDK's stream parts into our events. Throws what goes wrong; `streamModel` makes a failure of it. */
class AnswerReader {
  readonly #call: WireCall;
  readonly #signal: AbortSignal;
  /** Metadata of blocks that are still open: the last that was not empty counts. */
  readonly #metadata = new Map<string, JsonObject>();
  readonly #startedCalls = new Set<string>();
  /** An end that waits for what may come with the step as a whole. */
  #heldEnd: BlockEnd | null = null;
  #hasCalls = false;

  constructor(call: WireCall, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
  }

  async *events(reader: Reader): AsyncGenerator<ModelEvent> {
    for (;;) {
      const { done, value } = await reader.read();
      this.#signal.throwIfAborted();
      if (done) throw new IncompleteAnswerError();
      const { type } = value;
      if (type === "text-delta" || type === "reasoning-delta") {
        if (value.providerMetadata !== undefined) this.#remember(value.id, value.providerMetadata);
        if (value.delta !== "") yield { type, blockId: value.id, text: value.delta };
        continue;
      }
      if (type === "finish") {
        yield* this.#finish(value);
        return;
      }
      yield* this.#other(value);
    }
  }

  *#other(part: LanguageModelV4StreamPart): Generator<ModelEvent> {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        yield* this.#release();
        this.#metadata.delete(part.id);
        this.#remember(part.id, part.providerMetadata);
        yield { type: part.type, blockId: part.id };
        return;
      case "text-end":
      case "reasoning-end":
        this.#remember(part.id, part.providerMetadata);
        yield* this.#end({ type: part.type, blockId: part.id, ...this.#takeMetadata(part.id) });
        return;
      case "tool-input-start":
        yield* this.#release();
        yield* this.#startCall(part.id, part.toolName);
        return;
      case "tool-input-delta":
        if (part.delta !== "") {
          yield { type: "tool-call-delta", toolCallId: asToolCallId(part.id), inputText: part.delta };
        }
        return;
      case "tool-call":
        yield* this.#endCall(part);
        return;
      case "custom":
      case "raw":
        yield* this.#earlyUsage(part);
        return;
      case "error":
        throw part.error;
      default:
    }
  }

  *#earlyUsage(part: Extract<LanguageModelV4StreamPart, { type: "custom" | "raw" }>): Generator<ModelEvent> {
    const usage =
      part.type === "raw"
        ? this.#call.readChunkUsage?.(part.rawValue)
        : this.#call.readEarlyUsage?.(part.providerMetadata ?? {});
    if (usage !== undefined && usage !== null) yield { type: "usage", usage };
  }

  *#startCall(id: string, name: string): Generator<ModelEvent> {
    this.#startedCalls.add(id);
    yield { type: "tool-call-start", toolCallId: asToolCallId(id), name };
  }

  *#endCall(part: Extract<LanguageModelV4StreamPart, { type: "tool-call" }>): Generator<ModelEvent> {
    const toolCallId = asToolCallId(part.toolCallId);
    if (!this.#startedCalls.has(part.toolCallId)) {
      yield* this.#release();
      yield* this.#startCall(part.toolCallId, part.toolName);
      if (part.input !== "") yield { type: "tool-call-delta", toolCallId, inputText: part.input };
    }
    this.#hasCalls = true;
    this.#remember(part.toolCallId, part.providerMetadata);
    const metadata = this.#takeMetadata(part.toolCallId);
    yield* this.#end({ type: "tool-call-end", toolCallId, name: part.toolName, input: part.input, ...metadata });
  }

  *#end(event: BlockEnd): Generator<ModelEvent> {
    yield* this.#release();
    if (this.#call.stepMetadata === undefined) yield event;
    else this.#heldEnd = event;
  }

  *#release(): Generator<ModelEvent> {
    const held = this.#heldEnd;
    this.#heldEnd = null;
    if (held !== null) yield held;
  }

  *#finish(part: FinishPart): Generator<ModelEvent> {
    const held = this.#heldEnd;
    const metadata = held === null ? undefined : this.#call.stepMetadata?.();
    if (held !== null) yield metadata === undefined ? held : { ...held, metadata: { ...held.metadata, ...metadata } };
    const reported: WireUsage | null = this.#call.readUsage(part.usage.raw as JsonObject | undefined);
    if (reported !== null) yield { type: "usage", usage: reported.usage };
    const reason = this.#reasonOf(part);
    const cost = reported?.costUsd === undefined ? {} : { costUsd: reported.costUsd };
    yield { type: "finish", reason, usage: reported?.usage ?? null, ...cost };
  }

  #reasonOf({ finishReason }: FinishPart): ModelFinishReason {
    const own = this.#call.readFinishReason?.(finishReason);
    const isUnfinished =
      own === undefined && (finishReason.unified === "error" || finishReason.unified === "interrupted");
    if (own === "error" || isUnfinished || this.#call.isComplete?.() === false) throw new IncompleteAnswerError();
    const reason = own ?? finishReasons[finishReason.unified] ?? "unknown";
    return reason === "end_turn" && this.#hasCalls ? "tool_use" : reason;
  }

  #remember(id: string, metadata: SharedV4ProviderMetadata | undefined): void {
    if (metadata === undefined || Object.values(metadata).every((own) => Object.keys(own).length === 0)) return;
    this.#metadata.set(id, metadata as JsonObject);
  }

  #takeMetadata(id: string): { metadata?: JsonObject } {
    const metadata = this.#metadata.get(id);
    this.#metadata.delete(id);
    return metadata === undefined ? {} : { metadata };
  }
}
