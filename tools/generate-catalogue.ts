/**
 * Turns a catalogue of charmbracelet/catwalk (JSON) into the compact form that the program reads:
 *
 *   tools/run-on-bun tools/generate-catalogue.ts <model-catalogue.json>
 *
 * Writes src/providers/catalogue.generated.json; `src/providers/catalogue.ts` reads it and documents its rows.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";

const sourceModel = v.object({
  id: v.string(),
  name: v.string(),
  cost_per_1m_in: v.number(),
  cost_per_1m_out: v.number(),
  cost_per_1m_in_cached: v.optional(v.number(), 0),
  cost_per_1m_out_cached: v.optional(v.number(), 0),
  context_window: v.number(),
  default_max_tokens: v.number(),
  can_reason: v.optional(v.boolean(), false),
  supports_attachments: v.optional(v.boolean(), false),
  reasoning_levels: v.optional(v.array(v.string()), []),
  default_reasoning_effort: v.optional(v.string(), ""),
});

const sourceProvider = v.object({
  id: v.string(),
  name: v.string(),
  type: v.string(),
  api_key: v.optional(v.string(), ""),
  api_endpoint: v.optional(v.string(), ""),
  default_large_model_id: v.optional(v.string(), ""),
  default_small_model_id: v.optional(v.string(), ""),
  default_headers: v.optional(v.record(v.string(), v.string()), {}),
  models: v.array(sourceModel),
});

type SourceModel = v.InferOutput<typeof sourceModel>;
type SourceProvider = v.InferOutput<typeof sourceProvider>;

/**
 * The source names the price of writing the cache `in_cached` and that of reading it `out_cached`, but for some
 * providers has them the other way round, or the reading price under the other name. Reading is always cheaper than
 * fresh input and writing never is: that settles it. A price of 0 beside a paid input is "not listed"; such tokens cost
 * what fresh input costs.
 */
function cachePrices(model: SourceModel): { readonly write: number; readonly read: number } {
  const input = model.cost_per_1m_in;
  const offered = [model.cost_per_1m_out_cached, model.cost_per_1m_in_cached];
  const read = offered.find((price) => price > 0 && price < input) ?? input;
  const write = offered.toReversed().find((price) => price >= input) ?? input;
  return { write, read };
}

function row(model: SourceModel): string {
  const { write, read } = cachePrices(model);
  const input = model.cost_per_1m_in;
  const fields = [
    model.id,
    model.name === model.id ? "" : model.name,
    input,
    model.cost_per_1m_out,
    write === input ? "" : write,
    read === input ? "" : read,
    model.context_window,
    model.default_max_tokens,
    `${model.can_reason ? "r" : ""}${model.supports_attachments ? "i" : ""}`,
    model.reasoning_levels.join(","),
    model.default_reasoning_effort,
  ].map(String);
  const unsafe = fields.find((field) => /[\t\n]/u.test(field));
  if (unsafe !== undefined) throw new Error(`${model.id}: a field holds a tab or a line break: ${unsafe}`);
  return fields.join("\t").trimEnd();
}

function variableName(value: string): string | null {
  return /^\$\{?(\w+)\}?$/u.exec(value)?.[1] ?? null;
}

/** A default that the provider does not list is none. */
function listed({ models }: SourceProvider, id: string): string | null {
  return models.some((model) => model.id === id) ? id : null;
}

function entry(provider: SourceProvider): unknown {
  const address = provider.api_endpoint;
  return {
    id: provider.id,
    name: provider.name,
    type: provider.type,
    baseUrl: address === "" || address.startsWith("$") ? null : address,
    keyVariable: variableName(provider.api_key),
    extraHeaders: provider.default_headers,
    defaultLargeModelId: listed(provider, provider.default_large_model_id),
    defaultSmallModelId: listed(provider, provider.default_small_model_id),
    models: provider.models.map(row).join("\n"),
  };
}

const [input] = process.argv.slice(2);
if (input === undefined) throw new Error("usage: generate-catalogue.ts <model-catalogue.json>");
const providers = v.parse(v.array(sourceProvider), JSON.parse(readFileSync(input, "utf8")));
const notice =
  "Model facts of charmbracelet/catwalk, MIT licence, (c) 2025 Charmbracelet, Inc; see catalogue-notice.md";
const lines = providers.map((provider) => JSON.stringify(entry(provider)));
const output = path.resolve(import.meta.dirname, "../src/providers/catalogue.generated.json");
writeFileSync(output, `{"notice":${JSON.stringify(notice)},"providers":[\n${lines.join(",\n")}\n]}\n`);
const modelCount = providers.reduce((sum, provider) => sum + provider.models.length, 0);
process.stdout.write(`${output}: ${String(providers.length)} providers, ${String(modelCount)} models\n`);
