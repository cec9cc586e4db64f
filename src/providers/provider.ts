import type { JsonObject } from "../lib/json.ts";
import type { ToolCallId } from "../schema/ids.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import type { Usage } from "../schema/usage.ts";

export type ModelFailureKind =
  | "auth"
  | "quota"
  | "rate-limited"
  | "overloaded"
  | "context-too-long"
  | "network"
  | "invalid-request"
  | "model-not-found"
  | "protocol"
  /** Not sent: it would have passed a budget of the person's. */
  | "budget"
  | "aborted";

export interface ModelFailure {
  readonly kind: ModelFailureKind;
  /** For a person: what failed. Holds no key. */
  readonly message: string;
  /** The provider's own words, shortened to 2,000 characters. */
  readonly details?: string;
  readonly statusCode?: number;
  /** From `retry-after`, `retry-after-ms` or the provider's own field. Milliseconds. */
  readonly retryAfterMs?: number;
  readonly isRetryable: boolean;
}

export type ModelFinishReason = "end_turn" | "max_tokens" | "tool_use" | "content_filter" | "unknown";

/**
 * A step as it streams. Order: any number of blocks, each `*-start`, deltas, `*-end` (blocks may interleave); `usage`
 * whenever the provider reports something (each replaces the one before); then exactly one `finish` or `failure`, last.
 */
export type ModelEvent =
  /**
   * Not a provider's: before everything else, where a request has to wait until others of its provider have ended, and
   * when it is sent after that.
   */
  | { readonly type: "request-wait" }
  | { readonly type: "request-start" }
  | { readonly type: "text-start"; readonly blockId: string }
  | { readonly type: "text-delta"; readonly blockId: string; readonly text: string }
  | { readonly type: "text-end"; readonly blockId: string; readonly metadata?: JsonObject }
  | { readonly type: "reasoning-start"; readonly blockId: string }
  | { readonly type: "reasoning-delta"; readonly blockId: string; readonly text: string }
  | { readonly type: "reasoning-end"; readonly blockId: string; readonly metadata?: JsonObject }
  | { readonly type: "tool-call-start"; readonly toolCallId: ToolCallId; readonly name: string }
  | { readonly type: "tool-call-delta"; readonly toolCallId: ToolCallId; readonly inputText: string }
  /** `input` is the whole text of the arguments, which may be invalid JSON. */
  | {
      readonly type: "tool-call-end";
      readonly toolCallId: ToolCallId;
      readonly name: string;
      readonly input: string;
      readonly metadata?: JsonObject;
    }
  | { readonly type: "usage"; readonly usage: Usage }
  | {
      readonly type: "finish";
      readonly reason: ModelFinishReason;
      /** Null where the provider reported none at all. */
      readonly usage: Usage | null;
      /** US$, where the provider itself sends the cost of the request. */
      readonly costUsd?: number;
    }
  | { readonly type: "failure"; readonly failure: ModelFailure };

/**
 * One wire family, bound to one provider's address and key.
 * `stream` never throws and never retries; what goes wrong is its last event. It ends promptly after `signal` aborts
 * (last event: a failure of kind `aborted`). It does not change the request.
 */
export interface Provider {
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** Makes the provider for these settings; loads its wire family on the first request, not before. */
export type ProviderFactory = (settings: ProviderSettings) => Provider;

/** The models that we know without asking anyone. Loading it is cheap; reading one provider parses only that one. */
export interface ModelCatalogue {
  /** Providers with catalogue facts: no key, no config. Order as in the catalogue. */
  providers(): readonly CatalogueProvider[];
  find(providerId: string): CatalogueProvider | undefined;
}

export type CatalogueProvider = Pick<
  ProviderSettings,
  | "id"
  | "name"
  | "type"
  | "baseUrl"
  | "keyVariable"
  | "extraHeaders"
  | "defaultLargeModelId"
  | "defaultSmallModelId"
  | "models"
>;
