import type { ToolCallId } from "../schema/ids.ts";
import type { Message, Part } from "../schema/message.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import { stepTimes } from "./step-content.ts";
import type { StepContent } from "./step-content.ts";
import {
  blocksOfParts,
  brokenInputs,
  partsCarry,
  partsOfBlocks,
  withUniqueCallIds,
  withValidInputs,
} from "./step-parts.ts";
import type { StepTimes } from "./step-parts.ts";

export interface InterruptedStep {
  /** Without the finish part; every call finished, with valid arguments. */
  readonly parts: readonly Part[];
  /** Null where the parts carry everything. */
  readonly exactBlocks: readonly ModelBlock[] | null;
  /** See step-parts. */
  readonly brokenInputs: ReadonlyMap<ToolCallId, string>;
  /** Characters that the model had said. */
  readonly outputLength: number;
}

/**
 * What is kept of a step whose process died: what its journal tells, or what its row holds where that is more (a loss of
 * power may have taken the journal's end). `content` is null where there is no journal.
 */
export function interruptedStep(row: Message, content: StepContent | null): InterruptedStep {
  const stored = blocksOfParts(row.parts.filter((part) => part.type !== "finish"));
  const isJournalBehind = content === null || lengthOf(content.blocks()) < lengthOf(stored);
  const raw = withUniqueCallIds(isJournalBehind ? stored : content.blocks());
  const blocks = withValidInputs(raw);
  const parts = partsOfBlocks(blocks, "all", isJournalBehind ? storedTimes(row) : stepTimes(content));
  const outputLength = Math.max(content?.outputLength ?? 0, lengthOf(stored));
  return {
    parts,
    exactBlocks: partsCarry(blocks, parts) ? null : blocks,
    brokenInputs: brokenInputs(raw),
    outputLength,
  };
}

function storedTimes({ parts }: Message): StepTimes {
  const reasoning = parts.find((part) => part.type === "reasoning");
  return {
    ...(reasoning?.startedAt === undefined ? {} : { reasoningStartedAt: reasoning.startedAt }),
    ...(reasoning?.finishedAt === undefined ? {} : { reasoningFinishedAt: reasoning.finishedAt }),
  };
}

function lengthOf(blocks: readonly ModelBlock[]): number {
  return blocks.reduce((sum, block) => sum + (block.kind === "tool-call" ? block.input : block.text).length, 0);
}
