import type { JsonObject } from "../lib/json.ts";

export type ProviderType =
  | "anthropic"
  | "openai"
  | "openai-compat"
  | "openrouter"
  | "vercel"
  | "azure"
  | "bedrock"
  | "google"
  | "google-vertex"
  | "ollama"
  | "lmstudio"
  | "llamacpp"
  | "litellm"
  | "practice";

/** US$ per million tokens. */
export interface ModelPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
}

export interface ModelInfo {
  readonly id: string;
  readonly name: string;
  /** Null where unknown; all zeros means free. */
  readonly prices: ModelPrices | null;
  /** Tokens; 0 where unknown. */
  readonly contextWindow: number;
  readonly defaultMaxTokens: number;
  readonly canReason: boolean;
  readonly reasoningLevels: readonly string[];
  readonly defaultReasoningEffort: string | null;
  readonly supportsImages: boolean;
}

/** A provider as it can be used: the catalogue's facts with the person's config merged in. */
export interface ProviderSettings {
  readonly id: string;
  readonly name: string;
  readonly type: ProviderType;
  /** Null: the family's own default address. */
  readonly baseUrl: string | null;
  /** Null: none found, though the provider needs one. "" where it needs none. */
  readonly apiKey: string | null;
  /** The environment variable that usually holds the key, for messages; null where none is known. */
  readonly keyVariable: string | null;
  readonly extraHeaders: Readonly<Record<string, string>>;
  readonly extraBody: JsonObject;
  readonly providerOptions: JsonObject;
  readonly systemPromptPrefix: string;
  /** Requests cost nothing beyond a subscription: cost is 0. */
  readonly isFlatRate: boolean;
  readonly defaultLargeModelId: string | null;
  readonly defaultSmallModelId: string | null;
  readonly models: readonly ModelInfo[];
}

/** What is chosen for a session (or as the default of a size). Optional fields override the model's own defaults. */
export interface ModelChoice {
  readonly provider: string;
  readonly model: string;
  readonly reasoningEffort?: string;
  readonly think?: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly providerOptions?: JsonObject;
}
