import { isDeepStrictEqual } from "node:util";
import { isJsonObject, parseJson } from "../lib/json.ts";
import type { ToolCallId } from "../schema/ids.ts";
import type { Part, ReasoningPart, RequestMessage, ToolCallPart } from "../schema/message.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import { reasoningMetadata, storedReasoning, toolCallMetadata } from "../schema/reasoning-metadata.ts";

export interface StepTimes {
  /** Unix seconds; undefined where nothing was reasoned. */
  readonly reasoningStartedAt?: number;
  readonly reasoningFinishedAt?: number;
}

/**
 * A step's blocks as Crush's parts: one reasoning part, one text part (blocks joined by a blank line), then the calls.
 * `finished` says which calls have all their arguments.
 */
export function partsOfBlocks(
  blocks: readonly ModelBlock[],
  finished: ReadonlySet<ToolCallId> | "all",
  times: StepTimes,
): Part[] {
  const parts: Part[] = [];
  const reasoning = blocks.filter((block) => block.kind === "reasoning");
  if (reasoning.length > 0) {
    // A signature holds for the text of its own block only: under joined ones it would make providers refuse them.
    const metadata = reasoning.length === 1 ? reasoning[0]?.metadata : undefined;
    parts.push({
      type: "reasoning",
      thinking: joinTexts(reasoning),
      ...storedReasoning(metadata),
      ...(times.reasoningStartedAt === undefined ? {} : { startedAt: times.reasoningStartedAt }),
      ...(times.reasoningFinishedAt === undefined ? {} : { finishedAt: times.reasoningFinishedAt }),
    });
  }
  const texts = blocks.filter((block) => block.kind === "text");
  if (texts.length > 0) parts.push({ type: "text", text: joinTexts(texts) });
  for (const block of blocks) {
    if (block.kind !== "tool-call") continue;
    parts.push({
      type: "tool_call",
      id: block.id,
      name: block.name,
      input: block.input,
      providerExecuted: false,
      finished: finished === "all" || finished.has(block.id),
    });
  }
  return parts;
}

function joinTexts(blocks: readonly { readonly text: string }[]): string {
  return blocks
    .map((block) => block.text)
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The blocks that parts stand for, without what only x_message knows. */
export function blocksOfParts(parts: readonly Part[]): ModelBlock[] {
  const blocks: ModelBlock[] = [];
  const reasoning = parts.find((part): part is ReasoningPart => part.type === "reasoning");
  for (const part of parts) {
    if (part.type === "reasoning") {
      blocks.push(withMetadata({ kind: "reasoning", text: part.thinking }, reasoningMetadata(part)));
    }
    if (part.type === "text" && part.text !== "") blocks.push({ kind: "text", text: part.text });
    if (part.type === "tool_call") blocks.push(callBlock(part, reasoning));
  }
  return blocks;
}

function callBlock(part: ToolCallPart, reasoning: ReasoningPart | undefined): ModelBlock {
  const block = { kind: "tool-call", id: part.id, name: part.name, input: part.input } as const;
  return withMetadata(block, toolCallMetadata(reasoning, part.id));
}

function withMetadata(block: ModelBlock, metadata: ModelBlock["metadata"]): ModelBlock {
  return metadata === undefined ? block : { ...block, metadata };
}

/** Whether the parts say all that the blocks say, so that no exact copy is needed. */
export function partsCarry(blocks: readonly ModelBlock[], parts: readonly Part[]): boolean {
  return isDeepStrictEqual(blocksOfParts(parts), blocks);
}

/** The exact blocks where they are known, else those that the parts stand for. */
export function blocksOfMessage(message: RequestMessage): readonly ModelBlock[] {
  return message.exactBlocks ?? blocksOfParts(message.parts);
}

/** Arguments that every provider accepts: an object's JSON; `{}` for anything else. */
export function validInput(input: string): string {
  return isJsonObject(parseJson(input)) ? input : "{}";
}

/** What is stored and sent again is JSON always; the tool's refusal quotes what was not. */
export function withValidInputs(blocks: readonly ModelBlock[]): ModelBlock[] {
  return blocks.map((block) => (block.kind === "tool-call" ? { ...block, input: validInput(block.input) } : block));
}

/** What had come of arguments that are cut off or broken, by call. */
export function brokenInputs(blocks: readonly ModelBlock[]): ReadonlyMap<ToolCallId, string> {
  const calls = blocks.filter((block) => block.kind === "tool-call");
  return new Map(
    calls.flatMap(({ id, input }) =>
      input.trim() === "" || validInput(input) === input ? [] : [[id, input] as const],
    ),
  );
}

/** An answer to such a call: its arguments are stored as `{}`, and what was seen of them must not be lost. */
export function answerWithInput(answer: string, brokenInput: string | undefined): string {
  return brokenInput === undefined ? answer : `${answer} This much of its arguments had come:\n${brokenInput}`;
}

/** Calls of one step must differ in id (one result each); a provider that repeats or omits one gets a suffix. */
export function withUniqueCallIds(blocks: readonly ModelBlock[]): ModelBlock[] {
  const given = new Set(blocks.map((block) => (block.kind === "tool-call" ? block.id : "")));
  const used = new Set<string>();
  return blocks.map((block) => {
    if (block.kind !== "tool-call") return block;
    let id: string = block.id;
    for (let copy = 1; id === "" || used.has(id); copy += 1) {
      const candidate = `${block.id === "" ? "call" : block.id}_${String(copy)}`;
      if (!given.has(candidate as ToolCallId)) id = candidate;
    }
    used.add(id);
    return id === block.id ? block : { ...block, id: id as ToolCallId };
  });
}
