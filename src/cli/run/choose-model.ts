import { AppError } from "../../lib/app-error.ts";
import type { ModelChoice, ProviderSettings } from "../../schema/model.ts";

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** `provider/model` where the first part is a provider's id; else a model's id alone, which may hold slashes itself. */
function split(
  text: string,
  providers: readonly ProviderSettings[],
): { readonly provider?: string; readonly model: string } {
  const slash = text.indexOf("/");
  const first = slash === -1 ? "" : text.slice(0, slash);
  const provider = providers.find(({ id }) => isSame(id, first));
  return provider === undefined ? { model: text } : { provider: provider.id, model: text.slice(slash + 1) };
}

function matchesIn(providers: readonly ProviderSettings[], model: string): ModelChoice[] {
  return providers.flatMap((provider) =>
    provider.models.filter(({ id }) => isSame(id, model)).map(({ id }) => ({ provider: provider.id, model: id })),
  );
}

function namesOf(choices: readonly ModelChoice[]): string {
  return choices.map(({ provider, model }) => `${provider}/${model}`).join(", ");
}

/**
 * Finds the model that `-m` means, letter case aside: `provider/model`, or a model's id where only one of the providers
 * that can be used has it. Throws AppError `model-unknown`, `key-missing` or `usage` (several).
 */
export function chooseModel(text: string, providers: readonly ProviderSettings[]): ModelChoice {
  const { provider, model } = split(text, providers);
  if (provider !== undefined) {
    const chosen = providers.filter(({ id }) => id === provider);
    // A server whose models are not listed knows best itself what it has.
    const isUnlisted = chosen.every(({ models }) => models.length === 0);
    const [choice] = isUnlisted ? [{ provider, model }] : matchesIn(chosen, model);
    if (choice !== undefined && choice.model !== "") return choice;
    throw new AppError("model-unknown", `provider ${provider} has no model "${model}"`, {
      hint: `\`crush models ${provider}\` lists those that it has`,
    });
  }
  const usable = matchesIn(
    providers.filter(({ apiKey }) => apiKey !== null),
    model,
  );
  const [only] = usable;
  if (usable.length === 1 && only !== undefined) return only;
  if (usable.length > 1) {
    throw new AppError("usage", `several providers have a model "${model}"`, { hint: `name one: ${namesOf(usable)}` });
  }
  const locked = matchesIn(providers, model);
  if (locked.length > 0) {
    throw new AppError("key-missing", `no key is set for a provider of "${model}"`, {
      hint: `log in to one of its providers first: ${namesOf(locked)}`,
    });
  }
  throw new AppError("model-unknown", `there is no model "${text}"`, { hint: "`crush models` lists what there is" });
}
