import { variablesIn } from "./expand-value.ts";
import { isSecretHeader } from "./known-secrets.ts";
import type { Settings } from "./settings-schema.ts";

/** They say where and as whom everything runs: programs need them, and their values stand in all that is shown. */
const neverKeys =
  /^(?:HOME|USER|LOGNAME|USERNAME|USERPROFILE|HOSTNAME|PATH|SHELL|(?:OLD)?PWD|TMPDIR|TE?MP|TERM|TZ|LANG|LANGUAGE|LC_\w+|XDG_\w+|EDITOR|VISUAL|PAGER|DISPLAY|SSH_AUTH_SOCK)$/iu;

/** Names of the variables that the settings take providers' keys from, beside those that the catalogue names. */
export function keyVariablesIn(settings: Settings): string[] {
  const templates = Object.values(settings.providers ?? {}).flatMap((provider) => {
    const headers = Object.entries(provider.extra_headers ?? {}).filter(([name]) => isSecretHeader(name));
    return [provider.api_key ?? "", ...headers.map(([, value]) => value)];
  });
  return templates.flatMap((template) => variablesIn(template)).filter((name) => !neverKeys.test(name));
}
