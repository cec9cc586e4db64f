/** Events of a Responses stream. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { sealOf } from "./request-check.ts";
import type { SettledBlock, SettledStep, StepEncoder } from "./wire-server.ts";

/** Parts of a reasoning summary are divided like paragraphs in the script's text. */
const partBreak = "\n\n";

/** A reasoning block's item id, the same for the same step. */
export function reasoningIdOf(block: SettledBlock, index: number): string {
  const text = block.kind === "reasoning" ? block.text : "";
  return `rs_${index}_${Buffer.from(sealOf("reasoning", text)).toString("hex").slice(24, 56)}`;
}

export class ResponsesEncoder implements StepEncoder {
  readonly #step: SettledStep;
  readonly #texts = new Map<number, string>();
  /** Of a reasoning summary: the open part, and what may turn out to be its end. */
  readonly #parts = new Map<number, { summaryIndex: number; held: string; text: string }>();
  #sequence = 0;

  constructor(step: SettledStep) {
    this.#step = step;
  }

  frame(type: string, fields: JsonObject): string {
    const data = { type, sequence_number: this.#sequence, ...fields };
    this.#sequence += 1;
    return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  open(): string[] {
    const response = this.#response("in_progress");
    return [this.frame("response.created", { response }), this.frame("response.in_progress", { response })];
  }

  startBlock(index: number): string[] {
    const block = this.#step.blocks[index];
    if (block === undefined) return [];
    const frames = [
      this.frame("response.output_item.added", { output_index: index, item: this.#item(index, "in_progress") }),
    ];
    if (block.kind === "text") {
      const part = { type: "output_text", text: "", annotations: [] };
      frames.push(this.frame("response.content_part.added", { ...this.#at(index), content_index: 0, part }));
    }
    return frames;
  }

  delta(index: number, text: string): string[] {
    const block = this.#step.blocks[index];
    this.#texts.set(index, (this.#texts.get(index) ?? "") + text);
    if (block?.kind === "tool-call") {
      return [this.frame("response.function_call_arguments.delta", { ...this.#at(index), delta: text })];
    }
    if (block?.kind === "reasoning") return block.isHidden ? [] : this.#summaryDelta(index, text);
    const place = { ...this.#at(index), content_index: 0 };
    return [this.frame("response.output_text.delta", { ...place, delta: text, logprobs: [] })];
  }

  endBlock(index: number): string[] {
    const block = this.#step.blocks[index];
    const text = this.#texts.get(index) ?? "";
    const frames: string[] = [];
    if (block?.kind === "text") {
      const place = { ...this.#at(index), content_index: 0 };
      const part = { type: "output_text", text, annotations: [] };
      frames.push(this.frame("response.output_text.done", { ...place, text, logprobs: [] }));
      frames.push(this.frame("response.content_part.done", { ...place, part }));
    } else if (block?.kind === "tool-call") {
      frames.push(this.frame("response.function_call_arguments.done", { ...this.#at(index), arguments: text }));
    } else {
      frames.push(...this.#endPart(index));
    }
    return [
      ...frames,
      this.frame("response.output_item.done", { output_index: index, item: this.#item(index, "completed") }),
    ];
  }

  close(): string[] {
    const { stop } = this.#step;
    const reasons = { "max-tokens": "max_output_tokens", "content-filter": "content_filter" } as const;
    const reason = stop === "max-tokens" || stop === "content-filter" ? reasons[stop] : null;
    const response = this.#response(reason === null ? "completed" : "incomplete");
    const details = { incomplete_details: reason === null ? null : { reason }, usage: this.#usage() };
    const type = reason === null ? "response.completed" : "response.incomplete";
    return [this.frame(type, { response: { ...response, ...details } })];
  }

  #summaryDelta(index: number, text: string): string[] {
    const frames: string[] = [];
    let part = this.#parts.get(index);
    if (part === undefined) {
      part = { summaryIndex: 0, held: "", text: "" };
      this.#parts.set(index, part);
      frames.push(this.#partFrame("added", index));
    }
    let rest = part.held + text;
    part.held = "";
    for (let at = rest.indexOf(partBreak); at >= 0; at = rest.indexOf(partBreak)) {
      frames.push(...this.#summaryText(index, rest.slice(0, at)), ...this.#partDone(index));
      part.summaryIndex += 1;
      part.text = "";
      frames.push(this.#partFrame("added", index));
      rest = rest.slice(at + partBreak.length);
    }
    if (rest.endsWith("\n")) part.held = "\n";
    return [...frames, ...this.#summaryText(index, rest.slice(0, rest.length - part.held.length))];
  }

  #summaryText(index: number, delta: string): string[] {
    const part = this.#parts.get(index);
    if (part === undefined || delta === "") return [];
    part.text += delta;
    const place = { ...this.#at(index), summary_index: part.summaryIndex };
    return [this.frame("response.reasoning_summary_text.delta", { ...place, delta })];
  }

  #endPart(index: number): string[] {
    const part = this.#parts.get(index);
    if (part === undefined) return [];
    const frames = this.#summaryText(index, part.held);
    return [...frames, ...this.#partDone(index)];
  }

  #partDone(index: number): string[] {
    const part = this.#parts.get(index);
    const place = { ...this.#at(index), summary_index: part?.summaryIndex ?? 0 };
    const done = this.frame("response.reasoning_summary_text.done", { ...place, text: part?.text ?? "" });
    return [done, this.#partFrame("done", index)];
  }

  #partFrame(event: "added" | "done", index: number): string {
    const open = this.#parts.get(index);
    const part = { type: "summary_text", text: event === "done" ? (open?.text ?? "") : "" };
    const place = { ...this.#at(index), summary_index: open?.summaryIndex ?? 0 };
    return this.frame(`response.reasoning_summary_part.${event}`, { ...place, part });
  }

  #at(index: number): JsonObject {
    return { item_id: this.#itemId(index), output_index: index };
  }

  #itemId(index: number): string {
    const block = this.#step.blocks[index];
    if (block?.kind === "tool-call") return `fc_${block.id.slice(-24)}`;
    return block?.kind === "reasoning" ? reasoningIdOf(block, index) : `msg_${index}`;
  }

  #item(index: number, status: "in_progress" | "completed"): JsonObject {
    const block = this.#step.blocks[index];
    const id = this.#itemId(index);
    const text = this.#texts.get(index) ?? "";
    if (block?.kind === "tool-call") {
      return { type: "function_call", id, call_id: block.id, name: block.name, arguments: text, status };
    }
    if (block?.kind === "reasoning") {
      const isDone = status === "completed";
      const summary =
        isDone && !block.isHidden ? text.split(partBreak).map((part) => ({ type: "summary_text", text: part })) : [];
      return { type: "reasoning", id, summary, encrypted_content: isDone ? sealOf("encrypted", id) : "" };
    }
    const content = status === "completed" ? [{ type: "output_text", text, annotations: [] }] : [];
    return { type: "message", id, role: "assistant", status, content };
  }

  #response(status: string): JsonObject {
    const { model } = this.#step;
    return {
      id: "resp_scripted",
      object: "response",
      created_at: 1_790_000_000,
      model,
      status,
      output: [],
      error: null,
    };
  }

  #usage(): JsonObject | null {
    const { usage } = this.#step;
    if (usage === null) return null;
    const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    return {
      input_tokens: input,
      input_tokens_details: { cached_tokens: usage.cacheReadTokens, cache_write_tokens: usage.cacheWriteTokens },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: input + usage.outputTokens,
    };
  }
}
