import type { ConfiguredPrices, ProviderConfig } from "../config/config.ts";
import type { CatalogueProvider } from "../providers/provider.ts";
import type { ModelInfo, ModelPrices, ProviderSettings, ProviderType } from "../schema/model.ts";

const localTypes: ReadonlySet<ProviderType> = new Set(["ollama", "lmstudio", "llamacpp", "practice"]);

/** Runs on the person's machine: needs no key and serves models that no list names. */
export function isLocal(type: ProviderType): boolean {
  return localTypes.has(type);
}

/** Providers of the catalogue need a key; those that only config knows send one if they have one. */
export function needsKey(known: CatalogueProvider | undefined, configured: ProviderConfig | undefined): boolean {
  if (known === undefined || isLocal(configured?.type ?? known.type)) return false;
  return configured?.unresolved["api_key"] === undefined;
}

/** A model of which nothing is known. */
export function blankModel(id: string): ModelInfo {
  return {
    id,
    name: id,
    prices: null,
    contextWindow: 0,
    defaultMaxTokens: 8_192,
    canReason: false,
    reasoningLevels: [],
    defaultReasoningEffort: null,
    supportsImages: false,
  };
}

function blankProvider(id: string): ProviderSettings {
  return {
    id,
    name: id,
    type: "openai-compat",
    baseUrl: null,
    apiKey: null,
    keyVariable: null,
    extraHeaders: {},
    extraBody: {},
    providerOptions: {},
    systemPromptPrefix: "",
    isFlatRate: false,
    defaultLargeModelId: null,
    defaultSmallModelId: null,
    models: [],
  };
}

const free = { input: 0, output: 0, cacheWrite: 0, cacheRead: 0 };

/** The built-in model that is no AI (product.md: No key, no network). */
export const practiceSettings: ProviderSettings = {
  ...blankProvider("practice"),
  name: "built in",
  type: "practice",
  apiKey: "",
  isFlatRate: true,
  defaultLargeModelId: "practice",
  defaultSmallModelId: "practice",
  models: [{ ...blankModel("practice"), name: "Practice model (no AI)", prices: free, contextWindow: 100_000 }],
};

/** A server found on this machine: free of charge. */
export function localProvider(
  server: Pick<ProviderSettings, "id" | "name" | "type" | "baseUrl">,
  modelIds: readonly string[],
): ProviderSettings {
  return {
    ...blankProvider(server.id),
    ...server,
    apiKey: "",
    isFlatRate: true,
    defaultLargeModelId: modelIds[0] ?? null,
    defaultSmallModelId: modelIds[0] ?? null,
    models: modelIds.map((id) => ({ ...blankModel(id), prices: free })),
  };
}

export interface ProviderSources {
  /** From the catalogue. */
  readonly known: CatalogueProvider | undefined;
  /** From the person's config, which wins field by field. */
  readonly configured: ProviderConfig | undefined;
  readonly apiKey: string | null;
}

export function mergeProvider(id: string, { known, configured, apiKey }: ProviderSources): ProviderSettings {
  const base: ProviderSettings = { ...blankProvider(id), ...known, apiKey };
  if (configured === undefined) return base;
  const { name = base.name, type = base.type, baseUrl = base.baseUrl, models } = configured;
  return {
    ...base,
    name,
    type,
    baseUrl,
    extraHeaders: { ...base.extraHeaders, ...configured.extraHeaders },
    extraBody: configured.extraBody,
    providerOptions: configured.providerOptions,
    systemPromptPrefix: configured.systemPromptPrefix ?? "",
    isFlatRate: configured.isFlatRate,
    defaultLargeModelId: base.defaultLargeModelId ?? models[0]?.id ?? null,
    models: mergeModels(base.models, models),
  };
}

function mergeModels(known: readonly ModelInfo[], configured: ProviderConfig["models"]): ModelInfo[] {
  const merged = new Map(known.map((model) => [model.id, model]));
  for (const { prices, ...facts } of configured) {
    const base = merged.get(facts.id) ?? blankModel(facts.id);
    merged.set(facts.id, { ...base, ...facts, prices: mergePrices(base.prices, prices) });
  }
  return [...merged.values()];
}

/**
 * The catalogue's rule for a cache price that nobody names: such tokens cost what fresh input costs. Without the price of
 * input or output nothing is known: part of a price would be taken for all of it.
 */
function mergePrices(known: ModelPrices | null, given: ConfiguredPrices | undefined): ModelPrices | null {
  if (given === undefined) return known;
  const input = given.input ?? known?.input;
  const output = given.output ?? known?.output;
  if (input === undefined || output === undefined) return null;
  const usual = cachePrices(known, input);
  return {
    input,
    output,
    cacheWrite: given.cacheWrite ?? usual.cacheWrite,
    cacheRead: given.cacheRead ?? usual.cacheRead,
  };
}

/** A known model's keep their relation to its price of input, whatever that is now. */
function cachePrices(known: ModelPrices | null, input: number): Pick<ModelPrices, "cacheWrite" | "cacheRead"> {
  if (known?.input === input) return known;
  if (known === null || known.input === 0) return { cacheWrite: input, cacheRead: input };
  return { cacheWrite: (known.cacheWrite * input) / known.input, cacheRead: (known.cacheRead * input) / known.input };
}
