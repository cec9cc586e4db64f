import type { Config } from "./config.ts";

/** Shorter values are words that masking would tear out of ordinary text. */
const lengthMin = 8;

/** Every key value that config knows: what must be masked wherever something is stored or sent. Longest first. */
export function knownSecrets(config: Config): readonly string[] {
  const providers = Object.values(config.providers);
  const values = [
    ...Object.values(config.surroundings.keys),
    ...providers.flatMap((provider) => [provider.apiKey ?? "", ...Object.values(provider.extraHeaders)]),
  ];
  return [...new Set(values)].filter((value) => value.length >= lengthMin).toSorted((a, b) => b.length - a.length);
}
