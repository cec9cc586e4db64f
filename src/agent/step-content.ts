import { unixSeconds } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import type { ModelEvent, ModelFailure, ModelFinishReason } from "../providers/provider.ts";
import type { ToolCallId } from "../schema/ids.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import { isBelievable, type Usage } from "../schema/usage.ts";
import type { StepTimes } from "./step-parts.ts";

interface OpenBlock {
  readonly kind: "text" | "reasoning" | "tool-call";
  readonly id: string;
  name: string;
  /** Deltas, joined when read: appending to one long string per delta would copy it over and over. */
  pieces: string[];
  metadata: JsonObject | undefined;
  isFinished: boolean;
}

export interface StepEnd {
  readonly reason: ModelFinishReason;
  readonly costUsd: number | undefined;
}

/** A step as far as it has come: what the model's events add up to. */
export class StepContent {
  readonly #blocks: OpenBlock[] = [];
  /** The blocks of each id that are still open, oldest first; an id may come again, also before its block has ended. */
  readonly #open = new Map<string, OpenBlock[]>();
  #usage: Usage | null = null;
  #end: StepEnd | null = null;
  #failure: ModelFailure | null = null;
  #reasoningStartedAtMs: number | null = null;
  #reasoningEndedAtMs: number | null = null;
  /** Characters that came so far, for an estimate where the provider reports no usage. */
  #outputLength = 0;
  #isWaiting = false;
  #sentAtMs: number | null = null;

  /** False while the request waits for others of its provider. */
  get isSent(): boolean {
    return !this.#isWaiting;
  }
  /** Null where the request did not have to wait. */
  get sentAtMs(): number | null {
    return this.#sentAtMs;
  }
  get usage(): Usage | null {
    return this.#usage;
  }
  get end(): StepEnd | null {
    return this.#end;
  }
  get failure(): ModelFailure | null {
    return this.#failure;
  }
  get outputLength(): number {
    return this.#outputLength;
  }
  get reasoningTimesMs(): { readonly startedAt: number; readonly endedAt: number } | null {
    if (this.#reasoningStartedAtMs === null) return null;
    return { startedAt: this.#reasoningStartedAtMs, endedAt: this.#reasoningEndedAtMs ?? this.#reasoningStartedAtMs };
  }

  add(event: ModelEvent, nowMs: number): void {
    if (event.type === "request-wait" || event.type === "request-start") {
      this.#isWaiting = event.type === "request-wait";
      if (!this.#isWaiting) this.#sentAtMs = nowMs;
    } else {
      this.#addAnswer(event, nowMs);
    }
  }

  #addAnswer(event: Exclude<ModelEvent, { type: `request-${string}` }>, nowMs: number): void {
    switch (event.type) {
      case "text-start":
        this.#start("text", event.blockId, "");
        return;
      case "text-delta":
        this.#append("text", event.blockId, event.text);
        return;
      case "text-end":
        this.#finish("text", event.blockId, event.metadata);
        return;
      case "reasoning-start":
        this.#start("reasoning", event.blockId, "");
        this.#reasoningStartedAtMs ??= nowMs;
        return;
      case "reasoning-delta":
        this.#append("reasoning", event.blockId, event.text);
        this.#reasoningEndedAtMs = nowMs;
        return;
      case "reasoning-end":
        this.#finish("reasoning", event.blockId, event.metadata);
        return;
      case "tool-call-start":
        this.#start("tool-call", event.toolCallId, event.name);
        return;
      case "tool-call-delta":
        this.#append("tool-call", event.toolCallId, event.inputText);
        return;
      case "tool-call-end":
        this.#finishCall(event);
        return;
      case "usage":
        this.#report(event.usage);
        return;
      case "finish":
        if (event.usage !== null) this.#report(event.usage);
        this.#end = { reason: event.reason, costUsd: event.costUsd };
        return;
      case "failure":
        this.#failure = event.failure;
        return;
    }
  }

  #report(usage: Usage): void {
    if (isBelievable(usage)) this.#usage = usage;
  }

  /** The blocks so far, in the model's order; those without any text are left out (a call never is). */
  blocks(): ModelBlock[] {
    const result: ModelBlock[] = [];
    for (const block of this.#blocks) {
      const text = join(block);
      const metadata = block.metadata === undefined ? {} : { metadata: block.metadata };
      if (block.kind === "tool-call") {
        result.push({ kind: "tool-call", id: block.id as ToolCallId, name: block.name, input: text, ...metadata });
      } else if (text !== "" || block.metadata !== undefined) {
        result.push({ kind: block.kind, text, ...metadata });
      }
    }
    return result;
  }

  /** Calls whose arguments are complete. */
  finishedCallIds(): ReadonlySet<ToolCallId> {
    const finished = this.#blocks.filter((block) => block.kind === "tool-call" && block.isFinished);
    return new Set(finished.map((block) => block.id as ToolCallId));
  }

  #finishCall({ toolCallId, name, input, metadata }: Extract<ModelEvent, { type: "tool-call-end" }>): void {
    const [block = this.#start("tool-call", toolCallId, name)] = this.#opened("tool-call", toolCallId);
    this.#outputLength += Math.max(0, input.length - join(block).length);
    block.name = name;
    block.pieces = [input];
    this.#finish("tool-call", toolCallId, metadata);
  }

  #start(kind: OpenBlock["kind"], id: string, name: string): OpenBlock {
    const block: OpenBlock = { kind, id, name, pieces: [], metadata: undefined, isFinished: false };
    this.#blocks.push(block);
    this.#open.set(`${kind}:${id}`, [...this.#opened(kind, id), block]);
    return block;
  }

  #opened(kind: OpenBlock["kind"], id: string): readonly OpenBlock[] {
    return this.#open.get(`${kind}:${id}`) ?? [];
  }

  #append(kind: OpenBlock["kind"], id: string, text: string): void {
    const block = this.#opened(kind, id).at(-1) ?? this.#start(kind, id, "");
    block.pieces.push(text);
    this.#outputLength += text.length;
  }

  #finish(kind: OpenBlock["kind"], id: string, metadata: JsonObject | undefined): void {
    const [block, ...others] = this.#opened(kind, id);
    if (block === undefined) return;
    block.isFinished = true;
    if (metadata !== undefined && Object.keys(metadata).length > 0) block.metadata = metadata;
    this.#open.set(`${kind}:${id}`, others);
  }
}

/** Joins once and keeps the joined text, so that reading again after a few more deltas stays cheap. */
function join(block: OpenBlock): string {
  if (block.pieces.length > 1) block.pieces = [block.pieces.join("")];
  return block.pieces[0] ?? "";
}

/** The reasoning's times as parts hold them. */
export function stepTimes({ reasoningTimesMs: times }: StepContent): StepTimes {
  if (times === null) return {};
  return { reasoningStartedAt: unixSeconds(times.startedAt), reasoningFinishedAt: unixSeconds(times.endedAt) };
}
