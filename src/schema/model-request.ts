import type { JsonObject } from "../lib/json.ts";
import type { ToolCallId } from "./ids.ts";

/**
 * One block of an assistant's step, in the order in which the model made it. `metadata` is what the provider must get
 * back with the block (signatures, encrypted reasoning items): opaque to everyone but the provider that made it.
 */
export type ModelBlock =
  | { readonly kind: "text"; readonly text: string; readonly metadata?: JsonObject }
  | { readonly kind: "reasoning"; readonly text: string; readonly metadata?: JsonObject }
  | {
      readonly kind: "tool-call";
      readonly id: ToolCallId;
      readonly name: string;
      /** JSON as text, where the model made no mistake: what builds a wire request sends `{}` for anything but an object. */
      readonly input: string;
      readonly metadata?: JsonObject;
    };

export type UserContent =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "media";
      readonly mimeType: string;
      /** Standard padded base64. */
      readonly data: string;
      readonly name: string;
    };

export interface ToolResultContent {
  readonly toolCallId: ToolCallId;
  readonly toolName: string;
  readonly text: string;
  readonly isError: boolean;
  readonly media?: { readonly mimeType: string; readonly data: string };
}

/**
 * The conversation as a provider gets it. The builder guarantees: each tool call is answered exactly once, by the
 * `tool` message that follows its assistant message directly; no empty message; ids unique in the request.
 */
export type ModelMessage =
  | { readonly role: "user"; readonly content: readonly UserContent[] }
  | {
      readonly role: "assistant";
      readonly blocks: readonly ModelBlock[];
      readonly providerId: string | null;
      readonly modelId: string;
    }
  | { readonly role: "tool"; readonly results: readonly ToolResultContent[] };

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (draft 7) of the parameters, `type: object` at its root. */
  readonly parameters: JsonObject;
}

export interface ModelRequest {
  readonly modelId: string;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolDefinition[];
  /** Always sent. */
  readonly maxOutputTokens: number;
  readonly canReason: boolean;
  readonly reasoningEffort?: string;
  readonly think?: boolean;
  readonly supportsImages: boolean;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  /** Extra options of the person's config for this provider, passed on as they are. */
  readonly providerOptions?: JsonObject;
  /** Groups the requests of one session for providers that route or cache by it. */
  readonly cacheKey: string;
  /** Where the provider's requests are full it waits behind all others, and is aborted for one of them: a title's. */
  readonly givesWay?: boolean;
}
