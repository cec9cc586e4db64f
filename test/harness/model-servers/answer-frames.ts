import type { ScriptedStep } from "./script.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { contentOf, rateDeltas } from "./settle-step.ts";
import type { SettledStep, StepEncoder } from "./wire-server.ts";

export interface Frame {
  readonly text: string;
  /** When it is due, in milliseconds after the first such frame; null: at once, after the step's own delay. */
  readonly dueMs: number | null;
}

const deltaLengthMax = 12;

/** All frames of an answer, in order. */
export function* answerFrames(
  settled: SettledStep,
  encoder: StepEncoder,
  { step, random }: { readonly step: ScriptedStep; readonly random: SeededRandom },
): Generator<Frame> {
  yield* atOnce(encoder.open());
  const scriptedCount = step.blocks?.length ?? 0;
  for (const group of groupsOf(settled, step).filter((indexes) => indexes.every((index) => index < scriptedCount))) {
    for (const index of group) yield* atOnce(encoder.startBlock(index));
    const pieces = group.map((index) => piecesOf(settled, index, { step, random }));
    for (let round = 0; pieces.some((list) => round < list.length); round += 1) {
      for (const [position, index] of group.entries()) {
        const text = pieces[position]?.[round];
        if (text !== undefined) yield* atOnce(encoder.delta(index, text));
      }
    }
    for (const index of group) yield* atOnce(encoder.endBlock(index));
  }
  if (step.rate !== undefined) yield* framesAtRate(encoder, scriptedCount, step.rate);
  yield* atOnce(encoder.close());
}

function* atOnce(texts: readonly string[]): Generator<Frame> {
  for (const text of texts) yield { text, dueMs: null };
}

function* framesAtRate(encoder: StepEncoder, index: number, rate: NonNullable<ScriptedStep["rate"]>): Generator<Frame> {
  yield* atOnce(encoder.startBlock(index));
  const total = Math.round(rate.deltasPerSecond * rate.seconds);
  const texts = rateDeltas(rate);
  for (let count = 0; count < total; count += 1) {
    const text = texts.next().value as string;
    for (const frame of encoder.delta(index, text)) {
      yield { text: frame, dueMs: (count * 1000) / rate.deltasPerSecond };
    }
  }
  yield* atOnce(encoder.endBlock(index));
}

/** Blocks that stream together: each alone, or neighbouring tool calls where the step asks for that. */
function groupsOf(settled: SettledStep, step: ScriptedStep): number[][] {
  const groups: number[][] = [];
  for (const [index, block] of settled.blocks.entries()) {
    const isJoined = step.isInterleaved === true && block.kind === "tool-call";
    const last = groups.at(-1);
    const isAfterCall = settled.blocks[index - 1]?.kind === "tool-call";
    if (isJoined && isAfterCall && last !== undefined) last.push(index);
    else groups.push([index]);
  }
  return groups;
}

function piecesOf(
  settled: SettledStep,
  index: number,
  { step, random }: { readonly step: ScriptedStep; readonly random: SeededRandom },
): string[] {
  const block = settled.blocks[index];
  const characters = Array.from(block === undefined ? "" : contentOf(block));
  const pieces: string[] = [];
  for (let at = 0; at < characters.length;) {
    const length = step.deltaLength ?? random.integer(1, deltaLengthMax);
    pieces.push(characters.slice(at, at + length).join(""));
    at += length;
  }
  return pieces;
}
