import type { ProviderSettings } from "../schema/model.ts";
import type { Config } from "./config.ts";

/** Shorter values are words that masking would tear out of ordinary text. */
const lengthMin = 8;

const secretWord =
  /^(?:o?auth|authentication|authorization|credentials?|.*(?:cookie|key|passwd|password|secret|token))$/u;

/** Headers of other names hold what everybody may read, such as a program's name or its author's. */
export function isSecretHeader(name: string): boolean {
  const words = name.replaceAll(/([a-z\d])([A-Z])/gu, "$1-$2").toLowerCase();
  return words.split(/[^a-z\d]+/u).some((word) => secretWord.test(word));
}

/** Whatever has a provider's key and headers. */
export type KeyHolder = Pick<ProviderSettings, "extraHeaders"> & { readonly apiKey?: string | null };

function secretsOf({ apiKey, extraHeaders }: KeyHolder): string[] {
  const headers = Object.entries(extraHeaders).filter(([name]) => isSecretHeader(name));
  return [apiKey ?? "", ...headers.map(([, value]) => value.replace(/^(?:basic|bearer|token)\s+/iu, ""))];
}

/** As it is, and as it stands in the text of a JSON value, once and twice. */
function formsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  return [value, inJson, JSON.stringify(inJson).slice(1, -1)];
}

/**
 * Every key value that config knows, and those of the providers in use (whose keys may come from a program, or were
 * saved since): what must be masked wherever something is stored or sent. Longest first.
 */
export function knownSecrets(config: Config, inUse: readonly KeyHolder[] = []): readonly string[] {
  const holders = [...Object.values(config.providers), ...inUse];
  const values = [...config.surroundings.keyValues, ...holders.flatMap((holder) => secretsOf(holder))];
  const secrets = values.filter((value) => value.length >= lengthMin).flatMap((value) => formsOf(value));
  return [...new Set(secrets)].toSorted((a, b) => b.length - a.length);
}
