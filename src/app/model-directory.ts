import type { Config, ProviderConfig } from "../config/config.ts";
import { type KeyHolder, knownSecrets } from "../config/known-secrets.ts";
import { resolveProvider } from "../config/resolve-provider.ts";
import type { CatalogueProvider, ModelCatalogue } from "../providers/provider.ts";
import type { ModelChoice, ModelInfo, ProviderSettings } from "../schema/model.ts";
import type { ModelProblem, ResolvedModel } from "./app.ts";
import { usualLocalServer } from "./local-servers.ts";
import { blankModel, isLocal, mergeProvider, needsKey, practiceSettings } from "./provider-settings.ts";

/** Which providers and models there are: the catalogue, the person's config, keys saved and servers found since. */
export class ModelDirectory {
  readonly #config: Config;
  readonly #catalogue: ModelCatalogue;
  readonly #savedKeys = new Map<string, string | null>();
  /** Providers of config whose values a program had to be run for. */
  readonly #expanded = new Map<string, ProviderConfig>();
  readonly #expansions = new Map<string, Promise<void>>();
  readonly #found = new Map<string, ProviderSettings>();
  readonly #defaults = new Map<"large" | "small", ModelChoice>();
  #cached: readonly ProviderSettings[] | null = null;
  readonly #keyHolders: KeyHolder[] = [];
  #secrets: readonly string[] | null = null;

  constructor(config: Config, catalogue: ModelCatalogue) {
    this.#config = config;
    this.#catalogue = catalogue;
    if (config.models.large !== undefined) this.#defaults.set("large", config.models.large);
    if (config.models.small !== undefined) this.#defaults.set("small", config.models.small);
  }

  /** Of the config first, then servers found, then the catalogue's (the well-known ones first), the practice model last. */
  list(): readonly ProviderSettings[] {
    this.#cached ??= this.#build();
    return this.#cached;
  }

  find(providerId: string): ProviderSettings | undefined {
    const found = this.#found.get(providerId);
    if (found !== undefined) return found;
    if (providerId === practiceSettings.id) return practiceSettings;
    const configured = this.#configured(providerId);
    if (configured?.isDisabled === true) return undefined;
    const known =
      this.#config.disableDefaultProviders && configured === undefined ? undefined : this.#catalogue.find(providerId);
    if (known === undefined && configured === undefined) return usualLocalServer(providerId);
    const endpoint = this.#config.surroundings.endpoints[endpointVariable(known)];
    const apiKey = this.#keyOf(providerId, known);
    return mergeProvider(providerId, { known: withEndpoint(known, endpoint), configured, apiKey });
  }

  resolve(choice: ModelChoice): ResolvedModel | ModelProblem {
    const provider = this.find(choice.provider);
    if (provider === undefined) {
      const isDisabled = this.#configured(choice.provider)?.isDisabled === true;
      return {
        code: "provider-unknown",
        message: `provider ${choice.provider} is ${isDisabled ? "disabled" : "not configured any more"}`,
        hint: "choose another model (ctrl+l, or -m provider/model), or add the provider to crush.json",
      };
    }
    const info = provider.models.find((model) => model.id === choice.model) ?? unlistedModel(provider, choice.model);
    if (info === null) {
      return {
        code: "model-unknown",
        message: `model ${choice.model} is not offered by ${provider.name} any more`,
        hint: `choose another model (ctrl+l, or -m ${provider.id}/<model>; crush models ${provider.id} lists them)`,
      };
    }
    if (provider.apiKey === null) {
      const variable = provider.keyVariable === null ? "" : `, or set ${provider.keyVariable}`;
      return {
        code: "key-missing",
        message: `no API key for ${provider.name}`,
        hint: `run \`crush login ${provider.id}\`${variable}`,
      };
    }
    return { choice, provider, info };
  }

  /** What is wrong with a choice of the config, whether there is a key or not; null where nothing is. */
  whyUnusable(choice: ModelChoice): string | null {
    const found = this.resolve(choice);
    if ("code" in found && found.code !== "key-missing") return found.message;
    const levels = this.find(choice.provider)?.models.find(({ id }) => id === choice.model)?.reasoningLevels ?? [];
    const effort = choice.reasoningEffort ?? "";
    if (effort === "" || levels.length === 0 || levels.includes(effort)) return null;
    return `the model has no reasoning effort "${effort}"; it has ${levels.join(", ")}`;
  }

  /** Whether nobody knows what a model's requests cost; false of one that there is not. */
  isPriceMissing(choice: ModelChoice): boolean {
    const provider = this.find(choice.provider);
    if (provider === undefined || provider.isFlatRate) return false;
    const info = provider.models.find(({ id }) => id === choice.model) ?? unlistedModel(provider, choice.model);
    return info !== null && info.prices === null;
  }

  /**
   * Runs the programs that config names for a provider's values (`$(…)`), once, before its first request. Rejects with
   * config-invalid where one fails; the next call tries again.
   */
  async expand(providerId: string): Promise<void> {
    const configured = this.#config.providers[providerId];
    if (configured === undefined || Object.keys(configured.unresolved).length === 0) return;
    let expansion = this.#expansions.get(providerId);
    if (expansion === undefined) {
      expansion = this.#runExpansion(configured);
      this.#expansions.set(providerId, expansion);
    }
    await expansion;
  }

  async #runExpansion(configured: ProviderConfig): Promise<void> {
    try {
      const expanded = await resolveProvider(this.#config, configured);
      this.#expanded.set(configured.id, expanded);
      this.#hide(expanded);
      this.#cached = null;
    } catch (error) {
      this.#expansions.delete(configured.id);
      throw error;
    }
  }

  /** The model of new sessions; undefined where nothing can be used without asking the person. */
  defaultChoice(size: "large" | "small"): ModelChoice | undefined {
    const chosen = this.#defaults.get(size);
    if (chosen !== undefined) return chosen;
    const large = this.#defaults.get("large");
    if (large !== undefined) return this.#smallOf(large);
    const usable = this.#firstUsable();
    if (usable === undefined) return undefined;
    const id = (size === "large" ? usable.defaultLargeModelId : usable.defaultSmallModelId) ?? usable.models[0]?.id;
    return id === undefined ? undefined : { provider: usable.id, model: id };
  }

  /** The small model that goes with a session's own: the chosen one, else its provider's, else itself. */
  smallChoice(large: ModelChoice): ModelChoice {
    const chosen = this.#defaults.get("small");
    if (chosen !== undefined && "info" in this.resolve(chosen)) return chosen;
    return this.#smallOf(large);
  }

  /** A choice with what config says of this model besides (temperature, limits, options), where it is a default. */
  completed(choice: ModelChoice): ModelChoice {
    const isSame = ({ provider, model }: ModelChoice): boolean =>
      provider === choice.provider && model === choice.model;
    const chosen = [...this.#defaults.values()].find((each) => isSame(each));
    return { ...chosen, ...choice };
  }

  setDefault(size: "large" | "small", choice: ModelChoice): void {
    this.#defaults.set(size, choice);
  }

  /** Every key value that this process has known, longest first; one that was removed is still a key. */
  secrets(): readonly string[] {
    this.#secrets ??= knownSecrets(this.#config, this.#keyHolders);
    return this.#secrets;
  }

  #hide(holder: KeyHolder): void {
    this.#keyHolders.push(holder);
    this.#secrets = null;
  }

  /** `null` forgets the key that config holds. */
  setKey(providerId: string, key: string | null): void {
    this.#savedKeys.set(providerId, key);
    this.#hide({ apiKey: key, extraHeaders: {} });
    this.#cached = null;
  }

  addFound(provider: ProviderSettings): void {
    this.#found.set(provider.id, provider);
    this.#cached = null;
  }

  #smallOf(large: ModelChoice): ModelChoice {
    const provider = this.find(large.provider);
    const id = provider?.defaultSmallModelId ?? null;
    return id === null ? large : { provider: large.provider, model: id };
  }

  /** Asks for keys before it parses models: most providers have none. */
  #firstUsable(): ProviderSettings | undefined {
    for (const id of this.#ids()) {
      if (this.#found.has(id) || this.#keyOf(id, this.#catalogue.find(id)) !== null) {
        const provider = this.find(id);
        if (provider !== undefined && provider.models.length > 0) return provider;
      }
    }
    return undefined;
  }

  #ids(): ReadonlySet<string> {
    const ids = new Set([...Object.keys(this.#config.providers), ...this.#found.keys()]);
    if (!this.#config.disableDefaultProviders) {
      const known = this.#catalogue.providers().map((provider) => provider.id);
      for (const id of wellKnownFirst(known)) ids.add(id);
    }
    return ids;
  }

  #build(): readonly ProviderSettings[] {
    const all = [...this.#ids()].map((id) => this.find(id)).filter((provider) => provider !== undefined);
    return [...all, practiceSettings];
  }

  #configured(providerId: string): ProviderConfig | undefined {
    return this.#expanded.get(providerId) ?? this.#config.providers[providerId];
  }

  #keyOf(id: string, known: CatalogueProvider | undefined): string | null {
    const configured = this.#configured(id);
    const saved = this.#savedKeys.get(id);
    if (typeof saved === "string") return saved;
    const inConfig = saved === null ? undefined : configured?.apiKey;
    const inEnvironment = this.#config.surroundings.keys[known?.keyVariable ?? ""];
    return nonEmpty(inConfig) ?? nonEmpty(inEnvironment) ?? (needsKey(known, configured) ? null : "");
  }
}

/** A local server or a custom provider without a list serves what it is asked for. */
function unlistedModel(provider: ProviderSettings, modelId: string): ModelInfo | null {
  return provider.models.length === 0 || isLocal(provider.type) ? blankModel(modelId) : null;
}

/** Those that most people have a key of; the rest stays in the catalogue's order. */
const wellKnown: readonly string[] = ["anthropic", "openai", "gemini", "openrouter", "xai", "deepseek", "groq"];

function wellKnownFirst(ids: readonly string[]): readonly string[] {
  return [...wellKnown.filter((id) => ids.includes(id)), ...ids.filter((id) => !wellKnown.includes(id))];
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** The catalogue's convention: `X_API_ENDPOINT` beside `X_API_KEY` replaces the provider's address. */
function endpointVariable(known: CatalogueProvider | undefined): string {
  return (known?.keyVariable ?? "").replace(/_KEY$/u, "_ENDPOINT");
}

function withEndpoint(
  known: CatalogueProvider | undefined,
  endpoint: string | undefined,
): CatalogueProvider | undefined {
  return known === undefined || endpoint === undefined ? known : { ...known, baseUrl: endpoint };
}
