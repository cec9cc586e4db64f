import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import type { JsonObject } from "../lib/json.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import type { Usage } from "../schema/usage.ts";
import type { ModelFinishReason } from "./provider.ts";

/** The wire formats that we speak. Each has a folder of its own. */
export type WireFamily = "openai-chat" | "anthropic" | "openai-responses" | "google";

export interface WireUsage {
  readonly usage: Usage;
  /** US$, where the provider itself says what the request cost. */
  readonly costUsd?: number;
}

/** One request in the AI SDK's terms, with what its wire family knows beyond them. Made anew for each request. */
export interface WireCall {
  readonly model: LanguageModelV4;
  readonly options: LanguageModelV4CallOptions;
  /** Reads the provider's own report, as it was on the wire. Null where there is none. */
  readUsage(raw: JsonObject | undefined): WireUsage | null;
  /** Usage that the provider reported before the end, from what its package passes on beside the answer. */
  readEarlyUsage?(metadata: SharedV4ProviderMetadata): Usage | null;
  /** The same from a chunk as it was on the wire; asked where `options.includeRawChunks` is set. */
  readChunkUsage?(chunk: unknown): Usage | null;
  /** The provider's own reason, where the AI SDK's common ones lose it. `error`: the provider gave up. */
  readFinishReason?(reason: LanguageModelV4FinishReason): ModelFinishReason | "error" | undefined;
  /** False where the stream ended though the provider had more to say. Asked once, at the end. */
  isComplete?(): boolean;
  /** What must be given back with the step as a whole; kept with its last block. Asked once, at the end. */
  stepMetadata?(): JsonObject | undefined;
}

export type BodyEdit = (body: JsonObject) => JsonObject;

export interface WireCallContext {
  readonly settings: ProviderSettings;
  /** `fetch` for the family's package; the edit has the last word on what it sends, but for config's own fields. */
  readonly fetch: (editBody?: BodyEdit) => typeof globalThis.fetch;
}

/** Loads the family's package at its first call. May throw; whoever streams turns that into a failure. */
export type OpenWireCall = (request: ModelRequest, context: WireCallContext) => Promise<WireCall>;
