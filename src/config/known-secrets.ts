import type { ProviderSettings } from "../schema/model.ts";
import type { Config } from "./config.ts";

/** Shorter values are words that masking would tear out of ordinary text. */
const lengthMin = 8;

/** Headers of other names hold what everybody may read, such as a program's name. */
const secretHeader = /auth|key|token|secret|cookie|password/iu;

type Holder = Pick<ProviderSettings, "extraHeaders"> & { readonly apiKey?: string | null };

function secretsOf({ apiKey, extraHeaders }: Holder): string[] {
  const headers = Object.entries(extraHeaders).filter(([name]) => secretHeader.test(name));
  return [apiKey ?? "", ...headers.map(([, value]) => value)];
}

/**
 * Every key value that config knows, and those of the providers in use (whose keys may come from a program, or were
 * saved since): what must be masked wherever something is stored or sent. Longest first.
 */
export function knownSecrets(config: Config, inUse: readonly Holder[] = []): readonly string[] {
  const holders = [...Object.values(config.providers), ...inUse];
  const values = [...Object.values(config.surroundings.keys), ...holders.flatMap((holder) => secretsOf(holder))];
  return [...new Set(values)].filter((value) => value.length >= lengthMin).toSorted((a, b) => b.length - a.length);
}
