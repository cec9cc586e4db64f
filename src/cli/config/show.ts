import type { Config, ProviderConfig } from "../../config/config.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { readConfig } from "../read-config.ts";

type Json = Readonly<Record<string, unknown>>;

/** Enough to tell two keys apart, too little to use one. */
function masked(secret: string): string {
  return secret.length < 12 ? "********" : `********${secret.slice(-4)}`;
}

function maskedValues(values: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, masked(value)]));
}

function providerJson(provider: ProviderConfig): Json {
  const { apiKey, extraHeaders, unresolved, ...others } = provider;
  return {
    ...others,
    ...(apiKey !== undefined && { apiKey: masked(apiKey) }),
    extraHeaders: maskedValues(extraHeaders),
    unresolved: Object.keys(unresolved),
  };
}

function configJson(config: Config): Json {
  const { surroundings, providers, ...others } = config;
  return {
    ...others,
    providers: Object.fromEntries(Object.entries(providers).map(([id, provider]) => [id, providerJson(provider)])),
    keys: maskedValues(surroundings.keys),
    endpoints: surroundings.endpoints,
  };
}

export const showCommand: Command = {
  usage: "",
  description: "Shows the config as files, environment and flags give it, as JSON. Keys are masked.",
  options: [{ name: "trust", summary: "as if this project's own config were trusted" }],
  examples: [
    { comment: "Everything", words: "config show" },
    { comment: "Which models are chosen", words: "config show | jq .models" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    context.dependencies.io.write(`${JSON.stringify(configJson(await readConfig(context)), null, 2)}\n`);
    return exitCodes.ok;
  },
};
