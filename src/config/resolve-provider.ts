import { AppError } from "../lib/app-error.ts";
import type { Config, ProviderConfig } from "./config.ts";
import { ExpansionError } from "./expand-value.ts";
import { expandWithPrograms } from "./run-substitution.ts";
import { whyNoAddress, whyNoHeader } from "./usable-values.ts";

const headerPrefix = "extra_headers.";

function faultOf(provider: ProviderConfig, key: string, fault: { reason: string; cause?: ExpansionError }): AppError {
  return new AppError("config-invalid", `providers.${provider.id}.${key}: ${fault.reason}`, {
    hint: "mend the value in crush.json; `crush config show` names the files",
    cause: fault.cause,
  });
}

function whyUnusable(key: string, value: string): string | null {
  if (value === "" || key === "api_key") return null;
  return key === "base_url" ? whyNoAddress(value) : whyNoHeader(key.slice(headerPrefix.length), value);
}

async function expandKey(config: Config, provider: ProviderConfig, key: string): Promise<string> {
  const { childEnvironment, keys } = config.surroundings;
  try {
    return await expandWithPrograms(provider.unresolved[key] ?? "", {
      environment: { ...childEnvironment, ...keys },
      workingDirectory: config.workingDirectory,
    });
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    throw faultOf(provider, key, { reason: error.message, cause: error });
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
    const value = await expandKey(config, provider, key);
    const reason = whyUnusable(key, value);
    if (reason !== null) throw faultOf(provider, key, { reason });
    resolved = withValue(resolved, key, value);
  }
  return { ...resolved, unresolved: {} };
}
