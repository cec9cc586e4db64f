/**
 * Splits the settings of a project's own file into what is always believed and what could run programs, open
 * permissions or send keys elsewhere. Only the keys named here get through: one that nobody has judged is dropped, and
 * a test sees to it that each key of the schema is judged.
 */
import path from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { realPath } from "../lib/real-path.ts";
import { isInside } from "./find-project.ts";
import { expandHome } from "./global-directories.ts";
import { dottedKey } from "./read-settings-file.ts";

/** One setting that needs trust. */
export interface DangerousSetting {
  readonly file: string;
  readonly key: string;
  readonly reason: string;
  readonly value: JsonValue;
}

export interface SplitSettings {
  readonly safe: JsonObject;
  readonly dangerous: readonly DangerousSetting[];
}

export interface SplitPlace {
  readonly file: string;
  readonly workingDirectory: string;
  readonly projectRoot: string;
  readonly home: string;
}

/** Whole sections, each of their members named apart. */
const dangerousSections: ReadonlyMap<string, string> = new Map([
  ["env", "sets environment variables of the programs that are run"],
  ["mcp", "starts programs, or sends data to a server"],
  ["lsp", "starts programs"],
  ["hooks", "runs commands"],
  ["permissions", "lets tools run without asking"],
  ["keys", "changes what keys do"],
  ["budgets", "changes how much may be spent"],
]);

const safeSections: ReadonlySet<string> = new Set(["$schema", "tools"]);

const safeOptions: ReadonlySet<string> = new Set([
  "tui",
  "debug",
  "debug_lsp",
  "disable_auto_summarize",
  "disable_provider_auto_update",
  "disable_default_providers",
  "attribution",
  "disable_metrics",
  "max_concurrent_requests",
  "progress",
  "notifications",
  "disable_notifications",
  "notification_style",
  "disabled_skills",
]);

/** Options that hold paths: believed as long as these stay in the project. */
const pathOptions: ReadonlySet<string> = new Set(["context_paths", "skills_paths", "data_directory", "initialize_as"]);

const dangerousOptions: ReadonlyMap<string, string> = new Map([
  ["disabled_tools", "takes tools away"],
  ["auto_lsp", "starts programs"],
  ["backups", "makes fewer backups of the sessions"],
  ["global_context_paths", "replaces your own rules for all projects"],
]);

const safeProviderKeys: ReadonlySet<string> = new Set([
  "id",
  "name",
  "disable",
  "system_prompt_prefix",
  "discover_models",
  "max_concurrent_requests",
]);

const changesCosts = "changes what requests seem to cost, and with it how much may be spent";

const dangerousProviderKeys: ReadonlyMap<string, string> = new Map([
  ["base_url", "sends prompts and keys to another address"],
  ["api_key", "reads keys from the environment, or sends prompts to another account"],
  ["type", "can send keys to another address"],
  ["extra_headers", "adds to every request to the provider"],
  ["extra_body", "adds to every request to the provider"],
  ["provider_options", "adds to every request to the provider"],
  ["oauth", "sends prompts to another account"],
  ["aws_auth_refresh", "runs a command"],
  ["flat_rate", changesCosts],
]);

/** Of an entry in a provider's `models`. */
const dangerousPrices: ReadonlySet<string> = new Set([
  "cost_per_1m_in",
  "cost_per_1m_out",
  "cost_per_1m_in_cached",
  "cost_per_1m_out_cached",
]);

const safeModelKeys: ReadonlySet<string> = new Set([
  "model",
  "provider",
  "reasoning_effort",
  "think",
  "max_tokens",
  "temperature",
  "top_p",
  "top_k",
  "frequency_penalty",
  "presence_penalty",
]);

const dangerousModelKeys: ReadonlyMap<string, string> = new Map([
  ["provider_options", "adds to every request to the provider"],
]);

interface Splitter {
  readonly place: SplitPlace;
  readonly dangerous: DangerousSetting[];
}

function reject(
  splitter: Splitter,
  keys: readonly (string | number)[],
  found: { reason: string; value: JsonValue },
): void {
  splitter.dangerous.push({ file: splitter.place.file, key: dottedKey(keys), ...found });
}

function leavesProject(value: string, place: SplitPlace): boolean {
  if (value.includes("$") || value.includes("`")) return true;
  const file = path.resolve(place.workingDirectory, expandHome(value, place.home));
  return !isInside(file, place.projectRoot);
}

/** The database's directory gets a `.gitignore` that hides all in it: that must not be where other files are kept. */
function hidesFiles(value: string, place: SplitPlace): boolean {
  const directory = realPath(path.resolve(place.workingDirectory, value));
  const below = path.relative(place.projectRoot, directory);
  return below.split(path.sep).includes(".git") || isInside(place.workingDirectory, directory);
}

/** Keeps the paths that stay in the project. */
function splitPaths(splitter: Splitter, name: string, value: JsonValue): JsonValue | undefined {
  const reason = "reaches outside the project";
  if (typeof value === "string") {
    if (leavesProject(value, splitter.place)) reject(splitter, ["options", name], { reason, value });
    else if (name === "data_directory" && hidesFiles(value, splitter.place)) {
      reject(splitter, ["options", name], { reason: "hides the files of the directory from git", value });
    } else return value;
    return undefined;
  }
  if (!Array.isArray(value)) return value;
  return value.filter((item, index) => {
    const isDangerous = typeof item === "string" && leavesProject(item, splitter.place);
    if (isDangerous) reject(splitter, ["options", name, index], { reason, value: item });
    return !isDangerous;
  });
}

function splitOptions(splitter: Splitter, options: JsonObject): JsonObject {
  const safe: JsonObject = {};
  for (const [name, value] of Object.entries(options)) {
    const kept = pathOptions.has(name) ? splitPaths(splitter, name, value) : value;
    const reason = dangerousOptions.get(name);
    if (reason !== undefined) reject(splitter, ["options", name], { reason, value });
    else if ((safeOptions.has(name) || pathOptions.has(name)) && kept !== undefined) safe[name] = kept;
  }
  return safe;
}

/** The entries of a provider's `models`. */
function withoutPrices(splitter: Splitter, keys: readonly string[], models: JsonValue): JsonValue {
  if (!Array.isArray(models)) return models;
  return models.map((model, index) => {
    if (!isJsonObject(model)) return model;
    const [prices, facts] = [true, false].map((isPrice) =>
      Object.entries(model).filter(([key]) => dangerousPrices.has(key) === isPrice),
    );
    for (const [key, value] of prices ?? []) reject(splitter, [...keys, index, key], { reason: changesCosts, value });
    return Object.fromEntries(facts ?? []);
  });
}

/** Splits each member of a section (`providers.<id>`, `models.<size>`) by the keys that are believed. */
function splitMembers(
  splitter: Splitter,
  section: { readonly name: string; readonly members: JsonObject },
  rules: { readonly safe: ReadonlySet<string>; readonly reasons: ReadonlyMap<string, string> },
): JsonObject {
  const safeMembers: JsonObject = {};
  for (const [id, member] of Object.entries(section.members)) {
    if (!isJsonObject(member) || id === "__proto__") continue;
    const safe: JsonObject = {};
    for (const [key, value] of Object.entries(member)) {
      const reason = rules.reasons.get(key);
      const isModelList = key === "models" && section.name === "providers";
      if (isModelList) safe[key] = withoutPrices(splitter, [section.name, id, key], value);
      else if (rules.safe.has(key)) safe[key] = value;
      else if (reason !== undefined) reject(splitter, [section.name, id, key], { reason, value });
    }
    safeMembers[id] = safe;
  }
  return safeMembers;
}

function splitSection(splitter: Splitter, name: string, value: JsonValue): JsonValue | undefined {
  const sectionReason = dangerousSections.get(name);
  if (sectionReason !== undefined) {
    const members: [string, JsonValue][] = isJsonObject(value) ? Object.entries(value) : [];
    for (const [key, member] of members) reject(splitter, [name, key], { reason: sectionReason, value: member });
    return undefined;
  }
  if (safeSections.has(name)) return value;
  if (!isJsonObject(value)) return undefined;
  if (name === "options") return splitOptions(splitter, value);
  if (name === "providers") {
    const rules = { safe: safeProviderKeys, reasons: dangerousProviderKeys };
    return splitMembers(splitter, { name, members: value }, rules);
  }
  if (name === "models") {
    const rules = { safe: safeModelKeys, reasons: dangerousModelKeys };
    return splitMembers(splitter, { name, members: value }, rules);
  }
  return undefined;
}

/** `settings` has passed the schema. It stays as it is. */
export function splitSettings(settings: JsonObject, place: SplitPlace): SplitSettings {
  const splitter: Splitter = { place, dangerous: [] };
  const safe: JsonObject = {};
  for (const [name, value] of Object.entries(settings)) {
    // null says nothing, anywhere.
    const kept = value === null ? undefined : splitSection(splitter, name, value);
    if (kept !== undefined) safe[name] = kept;
  }
  return { safe, dangerous: splitter.dangerous };
}
