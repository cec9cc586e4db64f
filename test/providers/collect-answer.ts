import assert from "node:assert/strict";
import { must } from "../../src/lib/assert.ts";
import type { ModelEvent, ModelFailure, Provider } from "../../src/providers/provider.ts";
import type { ModelBlock, ModelRequest } from "../../src/schema/model-request.ts";
import type { Usage } from "../../src/schema/usage.ts";

export interface CollectedAnswer {
  readonly events: readonly ModelEvent[];
  readonly blocks: readonly ModelBlock[];
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly Extract<ModelBlock, { kind: "tool-call" }>[];
  /** The last that was reported. */
  readonly usage: Usage | null;
  readonly finish: Extract<ModelEvent, { type: "finish" }> | null;
  readonly failure: ModelFailure | null;
}

/** Streams a request to its end and checks on the way that the events come as the contract says. */
export async function collectAnswer(
  provider: Provider,
  request: ModelRequest,
  options: { readonly signal?: AbortSignal; onEvent?(event: ModelEvent): void } = {},
): Promise<CollectedAnswer> {
  const before = JSON.stringify(request);
  const collector = new AnswerCollector();
  for await (const event of provider.stream(request, options.signal ?? new AbortController().signal)) {
    collector.add(event);
    options.onEvent?.(event);
  }
  assert.equal(JSON.stringify(request), before, "the request was changed");
  return collector.answer();
}

interface OpenBlock {
  readonly kind: ModelBlock["kind"];
  readonly name: string;
  readonly at: number;
  text: string;
}

class AnswerCollector {
  readonly #events: ModelEvent[] = [];
  readonly #open = new Map<string, OpenBlock>();
  readonly #ended: { readonly at: number; readonly block: ModelBlock }[] = [];
  #usage: Usage | null = null;
  #count = 0;

  add(event: ModelEvent): void {
    const last = this.#events.at(-1);
    assert.ok(last?.type !== "finish" && last?.type !== "failure", `${event.type} after the last event`);
    this.#events.push(event);
    switch (event.type) {
      case "text-start":
      case "reasoning-start":
        this.#start(event.blockId, event.type === "text-start" ? "text" : "reasoning", "");
        return;
      case "tool-call-start":
        this.#start(event.toolCallId, "tool-call", event.name);
        return;
      case "text-delta":
      case "reasoning-delta":
        assert.notEqual(event.text, "");
        this.#grow(event.blockId, event.text);
        return;
      case "tool-call-delta":
        assert.notEqual(event.inputText, "");
        this.#grow(event.toolCallId, event.inputText);
        return;
      case "text-end":
      case "reasoning-end":
      case "tool-call-end":
        this.#end(event);
        return;
      case "usage":
        this.#usage = event.usage;
        return;
      default:
    }
  }

  #start(id: string, kind: ModelBlock["kind"], name: string): void {
    assert.ok(!this.#open.has(id), `block ${id} started twice`);
    this.#open.set(id, { kind, name, at: this.#count, text: "" });
    this.#count += 1;
  }

  #grow(id: string, text: string): void {
    must(this.#open.get(id), `the open block ${id}`).text += text;
  }

  #end(event: Extract<ModelEvent, { type: "text-end" | "reasoning-end" | "tool-call-end" }>): void {
    const id = event.type === "tool-call-end" ? event.toolCallId : event.blockId;
    const open = must(this.#open.get(id), `the open block ${id}`);
    this.#open.delete(id);
    const metadata = event.metadata === undefined ? {} : { metadata: event.metadata };
    if (event.type === "tool-call-end") {
      assert.equal(event.name, open.name);
      if (open.text !== "") assert.equal(event.input, open.text, "the deltas are not the input");
      const block = {
        kind: "tool-call",
        id: event.toolCallId,
        name: event.name,
        input: event.input,
        ...metadata,
      } as const;
      this.#ended.push({ at: open.at, block });
    } else {
      const kind = event.type === "text-end" ? "text" : "reasoning";
      assert.equal(kind, open.kind);
      this.#ended.push({ at: open.at, block: { kind, text: open.text, ...metadata } });
    }
  }

  answer(): CollectedAnswer {
    const last = must(this.#events.at(-1), "a last event");
    assert.ok(last.type === "finish" || last.type === "failure", `the last event is ${last.type}`);
    if (last.type === "finish") {
      assert.equal(this.#open.size, 0, "a block was not ended");
      assert.deepEqual(last.usage, this.#usage);
    }
    const blocks = this.#ended.toSorted((left, right) => left.at - right.at).map(({ block }) => block);
    const textOf = (kind: "text" | "reasoning"): string =>
      blocks.flatMap((block) => (block.kind === kind ? [block.text] : [])).join("");
    return {
      events: this.#events,
      blocks,
      text: textOf("text"),
      reasoning: textOf("reasoning"),
      calls: blocks.filter((block) => block.kind === "tool-call"),
      usage: this.#usage,
      finish: last.type === "finish" ? last : null,
      failure: last.type === "failure" ? last.failure : null,
    };
  }
}
