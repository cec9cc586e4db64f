import { readFileSync } from "node:fs";
import { programFile } from "../lib/program-root.ts";
import type { ModelInfo } from "../schema/model.ts";
import type { CatalogueProvider, ModelCatalogue } from "./provider.ts";

/** A provider in catalogue.generated.json: its models are one text, so that only what is asked for is parsed. */
type StoredProvider = Omit<CatalogueProvider, "models"> & { readonly models: string };

/**
 * The models known without asking anyone. The file is read when it is first needed and a provider's models are parsed
 * when they are first read; throws nothing, the file is part of the program.
 */
export function openCatalogue(): ModelCatalogue {
  let byId: ReadonlyMap<string, CatalogueProvider> | null = null;
  const load = (): ReadonlyMap<string, CatalogueProvider> => {
    byId ??= new Map(readStored().map((stored) => [stored.id, lazyProvider(stored)]));
    return byId;
  };
  return {
    providers: () => [...load().values()],
    find: (providerId) => load().get(providerId),
  };
}

function readStored(): readonly StoredProvider[] {
  const text = readFileSync(programFile("src/providers/catalogue.generated.json"), "utf8");
  return (JSON.parse(text) as { readonly providers: readonly StoredProvider[] }).providers;
}

function lazyProvider(stored: StoredProvider): CatalogueProvider {
  let models: readonly ModelInfo[] | null = null;
  return {
    ...stored,
    get models() {
      models ??= stored.models.split("\n").map(parseRow);
      return models;
    },
  };
}

/**
 * A model's row, fields divided by tabs, empty ones at the end left out: id, name ("" = the id), input price, output
 * price, price of cache writes ("" = input's), of cache reads ("" = input's), context window, default output limit,
 * flags (r reasons, i takes images), reasoning levels by comma, default level.
 */
function parseRow(row: string): ModelInfo {
  const [id = "", name = "", input, output, cacheWrite, cacheRead, window, limit, flags = "", levels = "", level = ""] =
    row.split("\t");
  const inputPrice = Number(input);
  return {
    id,
    name: name === "" ? id : name,
    prices: {
      input: inputPrice,
      output: Number(output),
      cacheWrite: cacheWrite === "" ? inputPrice : Number(cacheWrite),
      cacheRead: cacheRead === "" ? inputPrice : Number(cacheRead),
    },
    contextWindow: Number(window),
    defaultMaxTokens: Number(limit),
    canReason: flags.includes("r"),
    reasoningLevels: levels === "" ? [] : levels.split(","),
    defaultReasoningEffort: level === "" ? null : level,
    supportsImages: flags.includes("i"),
  };
}
