import type { JsonObject } from "../lib/json.ts";
import type { ModelChoice, ProviderType } from "../schema/model.ts";
import type { ConfiguredModel, ConfiguredPrices, ProviderConfig } from "./config.ts";
import { expandWithoutPrograms, type VariableLookup } from "./expand-value.ts";
import type { ModelChoiceEntry, ModelEntry, ProviderEntry, Settings } from "./settings-schema.ts";
import { whyNoAddress, whyNoHeader } from "./usable-values.ts";

/** A fault of a value that the start survives. */
export interface SettingFault {
  readonly keys: readonly string[];
  readonly reason: string;
}

export const providerTypes: readonly ProviderType[] = [
  "anthropic",
  "openai",
  "openai-compat",
  "openrouter",
  "vercel",
  "azure",
  "bedrock",
  "google",
  "google-vertex",
  "ollama",
  "lmstudio",
  "llamacpp",
  "litellm",
];

/** Drops the members that are null or undefined: exactOptionalPropertyTypes wants them absent. */
type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  ) as Present<T>;
}

/** Crush's names: what goes into the cache is written, what comes out of it is read. */
function prices(entry: ModelEntry): ConfiguredPrices | undefined {
  const given = present({
    input: entry.cost_per_1m_in,
    output: entry.cost_per_1m_out,
    cacheWrite: entry.cost_per_1m_in_cached,
    cacheRead: entry.cost_per_1m_out_cached,
  });
  return Object.keys(given).length === 0 ? undefined : given;
}

function toModel(entry: ModelEntry): ConfiguredModel {
  const facts = present({
    name: entry.name,
    prices: prices(entry),
    contextWindow: entry.context_window,
    defaultMaxTokens: entry.default_max_tokens,
    canReason: entry.can_reason,
    reasoningLevels: entry.reasoning_levels,
    defaultReasoningEffort: entry.default_reasoning_effort,
    supportsImages: entry.supports_attachments,
  });
  return { ...facts, id: entry.id };
}

/** The first entry of an id wins, as in Crush. */
function toModels(entries: readonly ModelEntry[]): ProviderConfig["models"] {
  const byId = new Map<string, ConfiguredModel>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, toModel(entry));
  return [...byId.values()];
}

interface Expander {
  readonly id: string;
  readonly lookup: VariableLookup;
  readonly unresolved: Record<string, string>;
  readonly faults: SettingFault[];
}

/** The expanded text; undefined where there is none, where it is empty, or where it has to wait for its use. */
function expand(expander: Expander, keys: readonly string[], template: string | null | undefined): string | undefined {
  if (template === null || template === undefined || template === "") return undefined;
  const expansion = expandWithoutPrograms(template, expander.lookup);
  if (expansion.kind === "text") return expansion.text === "" ? undefined : expansion.text;
  expander.unresolved[keys.join(".")] = template;
  if (expansion.kind === "faulty") {
    expander.faults.push({ keys: ["providers", expander.id, ...keys], reason: expansion.reason });
  }
  return undefined;
}

function toType(expander: Expander, type: string | null | undefined): ProviderType | "unknown" | undefined {
  if (type === null || type === undefined || type === "") return undefined;
  const known = providerTypes.find((name) => name === type);
  if (known !== undefined) return known;
  const reason = `unknown type "${type}", so the provider is left out; known are ${providerTypes.join(", ")}`;
  expander.faults.push({ keys: ["providers", expander.id, "type"], reason });
  return "unknown";
}

/** The address that requests go to; null where it can't be one. */
function toBaseUrl(expander: Expander, template: string | null | undefined): string | null | undefined {
  const address = expand(expander, ["base_url"], template);
  const reason = address === undefined ? null : whyNoAddress(address);
  if (reason === null) return address;
  const keys = ["providers", expander.id, "base_url"];
  expander.faults.push({ keys, reason: `${reason}, so the provider is left out` });
  return null;
}

function toHeaders(expander: Expander, headers: Readonly<Record<string, string>>): Record<string, string> {
  const expanded: Record<string, string> = {};
  for (const [name, template] of Object.entries(headers)) {
    const value = expand(expander, ["extra_headers", name], template);
    const reason = value === undefined ? null : whyNoHeader(name, value);
    if (value !== undefined && reason === null) expanded[name] = value;
    if (reason === null) continue;
    expander.faults.push({
      keys: ["providers", expander.id, "extra_headers", name],
      reason: `${reason}; it is left out`,
    });
  }
  return expanded;
}

function toProvider(entry: ProviderEntry, expander: Expander): ProviderConfig {
  const type = toType(expander, entry.type);
  const baseUrl = toBaseUrl(expander, entry.base_url);
  const optional = present({
    name: entry.name,
    baseUrl,
    type: type === "unknown" ? undefined : type,
    apiKey: expand(expander, ["api_key"], entry.api_key),
    systemPromptPrefix: entry.system_prompt_prefix,
    requestsMax: entry.max_concurrent_requests,
  });
  return Object.freeze({
    ...optional,
    id: expander.id,
    isDisabled: entry.disable === true || type === "unknown" || baseUrl === null,
    extraHeaders: toHeaders(expander, entry.extra_headers ?? {}),
    extraBody: (entry.extra_body ?? {}) as JsonObject,
    providerOptions: (entry.provider_options ?? {}) as JsonObject,
    isFlatRate: entry.flat_rate === true,
    models: toModels(entry.models ?? []),
    unresolved: expander.unresolved,
  });
}

export interface ProvidersResult {
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  readonly faults: readonly SettingFault[];
}

export function toProviders(settings: Settings, lookup: VariableLookup): ProvidersResult {
  // No prototype: a provider may be called "constructor".
  const providers: Record<string, ProviderConfig> = Object.create(null) as Record<string, ProviderConfig>;
  const faults: SettingFault[] = [];
  for (const [id, entry] of Object.entries(settings.providers ?? {})) {
    providers[id] = toProvider(entry, { id, lookup, unresolved: {}, faults });
  }
  return { providers: Object.freeze(providers), faults };
}

/** A choice counts once both its provider and its model are named, be it in two files. */
export function toModelChoice(entry: ModelChoiceEntry | undefined): ModelChoice | undefined {
  if (!entry?.provider || !entry.model) return undefined;
  const optional = present({
    reasoningEffort: entry.reasoning_effort,
    think: entry.think,
    maxTokens: entry.max_tokens,
    temperature: entry.temperature,
    topP: entry.top_p,
    topK: entry.top_k,
    providerOptions: entry.provider_options as JsonObject | null | undefined,
  });
  return { ...optional, provider: entry.provider, model: entry.model };
}
