import { AppError } from "../lib/app-error.ts";
import type { Config, ProviderConfig } from "./config.ts";
import { ExpansionError } from "./expand-value.ts";
import { expandWithPrograms } from "./run-substitution.ts";

const headerPrefix = "extra_headers.";

async function expandKey(config: Config, provider: ProviderConfig, key: string): Promise<string> {
  const { childEnvironment, keys } = config.surroundings;
  try {
    return await expandWithPrograms(provider.unresolved[key] ?? "", {
      environment: { ...childEnvironment, ...keys },
      workingDirectory: config.workingDirectory,
    });
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    throw new AppError("config-invalid", `providers.${provider.id}.${key}: ${error.message}`, {
      hint: "mend the value in crush.json; `crush config show` names the files",
      cause: error,
    });
  }
}

function withValue(provider: ProviderConfig, key: string, value: string): ProviderConfig {
  if (value === "") return provider;
  if (key === "api_key") return { ...provider, apiKey: value };
  if (key === "base_url") return { ...provider, baseUrl: value };
  return { ...provider, extraHeaders: { ...provider.extraHeaders, [key.slice(headerPrefix.length)]: value } };
}

/**
 * The provider with `unresolved` expanded, its programs run one after the other: once before its first request, not to
 * list it. Keep the answer; each call runs them again. Rejects with AppError `config-invalid` naming the key.
 */
export async function resolveProvider(config: Config, provider: ProviderConfig): Promise<ProviderConfig> {
  let resolved = provider;
  for (const key of Object.keys(provider.unresolved)) {
    resolved = withValue(resolved, key, await expandKey(config, provider, key));
  }
  return { ...resolved, unresolved: {} };
}
