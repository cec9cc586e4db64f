import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";

export type WireFamily = "openai-chat" | "anthropic" | "openai-responses" | "google";

/**
 * Whose reference a server of the openai-chat family follows. `compatible`: OpenAI's, with reasoning shown in
 * `reasoning_content` and demanded back with a step's calls, as llama.cpp, vLLM and several providers have it.
 */
export type ChatDialect = "compatible" | "openai" | "openrouter" | "deepseek" | "xai";

/** Tokens of one answer in disjoint classes, as `Usage` of the product has them; what is left out is 0. */
export interface ScriptedUsage {
  readonly inputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** The part of `cacheWriteTokens` with the 1-hour lifetime (anthropic only). */
  readonly cacheWriteLongTokens?: number;
  /** Reasoning included. */
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
}

export type ScriptedBlock =
  | {
      readonly kind: "reasoning";
      readonly text: string;
      /** Sent encrypted only: a redacted thinking block, an encrypted item without a summary, a detail without text. */
      readonly isHidden?: boolean;
    }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "tool-call";
      readonly name: string;
      /** A string is sent as it is, so that invalid JSON can be sent. */
      readonly input: JsonObject | string;
      readonly id?: string;
    };

export type ScriptedError =
  | "auth"
  | "quota"
  | "rate-limited"
  | "overloaded"
  | "server-error"
  | "context-too-long"
  | "model-not-found"
  | "invalid-request";

/** What goes wrong: instead of an answer (`start`), or after so many frames of it (`middle`). */
export type ScriptedFault =
  | {
      readonly at: "start";
      readonly error: ScriptedError | "html" | "drop" | "hang";
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly at: "middle";
      readonly afterFrames: number;
      /** `truncate` ends the stream in good order, `drop` destroys the socket, `hang` sends nothing more. */
      readonly error: ScriptedError | "garbage" | "truncate" | "drop" | "hang";
    };

/** Text at a fixed rate, for benchmarks: sent instead of the step's text, in one block after its other blocks. */
export interface ScriptedRate {
  readonly deltasPerSecond: number;
  readonly charactersPerDelta: number;
  readonly seconds: number;
  /** What is sent, over and over; by default markdown with prose, lists and code. */
  readonly source?: string;
}

/** Which requests a step answers. */
export interface StepMatch {
  readonly model?: string;
  /** Requests for titles and summaries offer no tools. */
  readonly hasTools?: boolean;
  /** Stands in the text of the last user message. */
  readonly promptIncludes?: string;
}

/** One answer. A request is answered by the first step that is still unused and matches it. */
export interface ScriptedStep {
  readonly match?: StepMatch;
  /** The step is never used up. */
  readonly isRepeated?: boolean;
  readonly blocks?: readonly ScriptedBlock[];
  /** By default estimated from the lengths of request and answer. `null`: the server reports none. */
  readonly usage?: ScriptedUsage | null;
  /** By default `tool-use` where a block is a tool call, else `end`. */
  readonly stop?: "end" | "tool-use" | "max-tokens" | "content-filter";
  /** US$ of the request, sent by the OpenRouter dialect. */
  readonly costUsd?: number;
  readonly fault?: ScriptedFault;
  /** After so many frames nothing more is sent until this has resolved. */
  readonly hold?: { readonly afterFrames: number; readonly until: Promise<void> };
  /** Pause before each frame of content, in milliseconds. */
  readonly delayMs?: number;
  /** Characters of a delta; by default random, 1 to 12. */
  readonly deltaLength?: number;
  /** Keep-alive frames between the others. */
  readonly hasPings?: boolean;
  /** Deltas of neighbouring tool calls alternate. */
  readonly isInterleaved?: boolean;
  readonly rate?: ScriptedRate;
}

export interface LoggedCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonValue;
}

/** A request's conversation in one form for all families. */
export interface LoggedMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  readonly images: number;
  readonly calls: readonly LoggedCall[];
  /** Of a `tool` message: the call that it answers. */
  readonly callId: string | null;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
  readonly model: string;
  readonly hasTools: boolean;
  readonly conversation: readonly LoggedMessage[];
  /** Of the answer; 0 where the connection was dropped unanswered. */
  status: number;
  /** Why the validator refused it; null where it was accepted. */
  refusal: string | null;
  /** What the answer reported, once it was sent in full; null before that and where it reported none. */
  usage: Required<ScriptedUsage> | null;
  /** The client went away before the end. */
  isCutOff: boolean;
}
