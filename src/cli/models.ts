import type { Config } from "../config/config.ts";
import { AppError } from "../lib/app-error.ts";
import type { ModelInfo, ProviderSettings } from "../schema/model.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { type Paint, paintFor } from "./paint.ts";
import { readConfig } from "./read-config.ts";

interface Listed {
  readonly provider: ProviderSettings;
  readonly models: readonly ModelInfo[];
}

function matches(provider: ProviderSettings, model: ModelInfo, term: string): boolean {
  return [provider.id, provider.name, model.id, model.name].some((text) => text.toLowerCase().includes(term));
}

function select(providers: readonly ProviderSettings[], term: string): Listed[] {
  const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
  return providers
    .map((provider) => ({
      provider,
      models: provider.models.filter((model) => matches(provider, model, term)).toSorted(byId),
    }))
    .filter(({ models }) => models.length > 0)
    .toSorted((a, b) => byId(a.provider, b.provider));
}

function isConfigured(provider: ProviderSettings, config: Config): boolean {
  return provider.apiKey !== null || config.providers[provider.id]?.unresolved["api_key"] !== undefined;
}

function priceText(model: ModelInfo): string {
  if (model.prices === null) return "price unknown";
  return `$${model.prices.input}/$${model.prices.output} per million`;
}

function treeLines({ provider, models }: Listed, config: Config, paint: Paint): string[] {
  const mark = isConfigured(provider, config) ? "" : paint.dim(" (not configured)");
  const lines = models.map((model, index) => {
    const branch = index === models.length - 1 ? "└──" : "├──";
    const window = model.contextWindow === 0 ? "" : `, ${Math.round(model.contextWindow / 1000)}k`;
    return `${branch} ${sanitizeLine(model.id)} ${paint.dim(`${priceText(model)}${window}`)}`;
  });
  return [`${paint.strong(sanitizeLine(provider.id))}${mark}`, ...lines];
}

function modelJson({ provider, models }: Listed, config: Config): Readonly<Record<string, unknown>>[] {
  return models.map((model) => ({
    provider: provider.id,
    model: model.id,
    name: model.name,
    is_configured: isConfigured(provider, config),
    context_window: model.contextWindow,
    cost_per_1m_in: model.prices?.input ?? null,
    cost_per_1m_out: model.prices?.output ?? null,
    cost_per_1m_in_cached: model.prices?.cacheWrite ?? null,
    cost_per_1m_out_cached: model.prices?.cacheRead ?? null,
  }));
}

function outputText(
  listed: readonly Listed[],
  config: Config,
  form: { readonly isJson: boolean; readonly isTerminal: boolean },
): string {
  if (form.isJson) return `${JSON.stringify(listed.flatMap((entry) => modelJson(entry, config)))}\n`;
  if (!form.isTerminal) {
    return listed.flatMap(({ provider, models }) => models.map((model) => `${provider.id}/${model.id}\n`)).join("");
  }
  const { noColor, term } = config.surroundings;
  const paint = paintFor({ isTerminal: true, noColor, term });
  return `${listed.flatMap((entry) => treeLines(entry, config, paint)).join("\n")}\n`;
}

export const modelsCommand: Command = {
  usage: "[term…]",
  description:
    "Lists models whose id, name or provider holds the term. In a pipe: one provider/model a line, as -m takes it.",
  options: [{ name: "json", summary: "print JSON, with prices and context windows" }],
  examples: [
    { comment: "All models", words: "models" },
    { comment: "Those of a kind", words: "models claude" },
  ],
  words: { min: 0, max: Number.POSITIVE_INFINITY },
  run: async (context) => {
    const { io, listProviders } = context.dependencies;
    const config = await readConfig(context);
    const term = context.words.join(" ").toLowerCase();
    const listed = select(await listProviders(config), term);
    if (listed.length === 0) {
      throw new AppError("model-unknown", `no models found${term === "" ? "" : ` matching "${term}"`}`, {
        hint: "give a part of a model's or provider's name",
      });
    }
    io.write(outputText(listed, config, { isJson: context.options.has("json"), isTerminal: io.isOutputTerminal }));
    return exitCodes.ok;
  },
};
