import type { ModelInfo, ProviderSettings } from "../../schema/model.ts";
import type { ModelItem } from "./dialog.ts";

function isUsable(provider: ProviderSettings): boolean {
  return provider.apiKey !== null;
}

/** All models: of the providers that can be used first, then of those that need a key. */
export function modelItems(providers: readonly ProviderSettings[]): ModelItem[] {
  const ordered = [...providers.filter(isUsable), ...providers.filter((provider) => !isUsable(provider))];
  return ordered.flatMap((provider) => provider.models.map((model) => modelItem(provider, model)));
}

function modelItem(provider: ProviderSettings, model: ModelInfo): ModelItem {
  return {
    providerId: provider.id,
    providerName: provider.name,
    isUsable: isUsable(provider),
    keyVariable: provider.keyVariable,
    model,
  };
}

/** What a provider suggests for a size: its default, else its first model; undefined: it has none. */
export function defaultModelItem(provider: ProviderSettings, size: "large" | "small"): ModelItem | undefined {
  const id = size === "large" ? provider.defaultLargeModelId : provider.defaultSmallModelId;
  const model = provider.models.find((candidate) => candidate.id === id) ?? provider.models[0];
  return model === undefined ? undefined : modelItem(provider, model);
}
