import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { LoggedMessage, ScriptedBlock, ScriptedError, ScriptedStep, ScriptedUsage } from "./script.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Why a request is refused, before it is put into the family's own error form. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** The field concerned, dotted. */
  readonly field?: string;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A block with everything settled that the script left open. */
export type SettledBlock =
  | { readonly kind: "reasoning"; readonly text: string; readonly isHidden: boolean }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool-call"; readonly name: string; readonly id: string; readonly argumentText: string };

export interface SettledStep {
  readonly model: string;
  readonly blocks: readonly SettledBlock[];
  readonly usage: Required<ScriptedUsage> | null;
  readonly stop: NonNullable<ScriptedStep["stop"]>;
  readonly costUsd: number | null;
}

/** The frames of one answer, asked for in order. Each string is one piece of the stream's text. */
export interface StepEncoder {
  open(): readonly string[];
  startBlock(index: number): readonly string[];
  delta(index: number, text: string): readonly string[];
  endBlock(index: number): readonly string[];
  close(): readonly string[];
}

/** What one wire family's server does its own way. It keeps what it sent and demands it back. */
export interface WireServer {
  readonly ping: string;
  isStreamPath(path: string): boolean;
  /** The model's id; some families have it in the path. */
  modelOf(path: string, body: JsonObject): string;
  checkHeaders(headers: IncomingHttpHeaders): Refusal | null;
  check(body: JsonObject): Refusal | null;
  conversation(body: JsonObject): LoggedMessage[];
  newCallId(random: SeededRandom): string;
  encode(step: SettledStep, body: JsonObject): StepEncoder;
  refuse(refusal: Refusal): ErrorAnswer;
  fail(error: ScriptedError): ErrorAnswer;
  /** The frame that a failure in the middle of a stream is; the stream ends after it. */
  failMidway(error: ScriptedError): string;
}

export interface WireServerOptions {
  /** The key that a request must carry. Null: none is needed. Undefined: any. */
  readonly apiKey?: string | null;
}

export function argumentTextOf(block: Extract<ScriptedBlock, { kind: "tool-call" }>): string {
  return typeof block.input === "string" ? block.input : JSON.stringify(block.input);
}
