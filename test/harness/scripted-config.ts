/** A person's `crush.json` whose only provider is a loopback model server. */
import type { Sandbox } from "./sandbox.ts";

/** US$ per million tokens, so that a test can compute what a request must have cost. */
export const scriptedPrices = {
  cost_per_1m_in: 3,
  cost_per_1m_out: 15,
  cost_per_1m_in_cached: 3.75,
  cost_per_1m_out_cached: 0.3,
};

export const scriptedKey = "sk-scripted-0123456789abcdef";
export const scriptedProvider = "loopback";
export const scriptedModel = "scripted";
const scriptedSmallModel = "scripted-small";

export interface ScriptedConfigOptions {
  /** Of the model server. */
  readonly url: string;
  /** Default: `openai-compat`. */
  readonly type?: string;
  /** Default: `scriptedKey`. */
  readonly apiKey?: string;
  /** Merged into the file's top level. */
  readonly more?: Readonly<Record<string, unknown>>;
}

function model(id: string): object {
  return {
    id,
    name: `Scripted ${id}`,
    ...scriptedPrices,
    context_window: 200_000,
    default_max_tokens: 8000,
    can_reason: false,
    supports_attachments: true,
  };
}

export function scriptedConfig(options: ScriptedConfigOptions): Record<string, unknown> {
  return {
    providers: {
      [scriptedProvider]: {
        name: "Loopback",
        type: options.type ?? "openai-compat",
        base_url: options.url,
        api_key: options.apiKey ?? scriptedKey,
        discover_models: false,
        models: [model(scriptedModel), model(scriptedSmallModel)],
      },
    },
    models: {
      large: { provider: scriptedProvider, model: scriptedModel },
      small: { provider: scriptedProvider, model: scriptedSmallModel },
    },
    options: { disable_default_providers: true, disable_provider_auto_update: true },
    ...options.more,
  };
}

export function useScriptedModel(sandbox: Sandbox, options: ScriptedConfigOptions): void {
  sandbox.writeGlobalConfig(scriptedConfig(options));
}
