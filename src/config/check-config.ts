import { isJsonObject } from "../lib/json.ts";
import { budgetScopes } from "../schema/budget.ts";
import type { ModelChoice } from "../schema/model.ts";
import type { Config, ConfigFlags, ConfigProblem } from "./config.ts";
import { inspectSettings } from "./inspect-settings.ts";
import { loadConfig, type LoadOptions } from "./load-config.ts";
import { dottedKey, readSettingsFile } from "./read-settings-file.ts";
import type { DangerousSetting } from "./split-settings.ts";
import { unsupportedSettings } from "./unsupported-settings.ts";

export interface ConfigCheck {
  /** What stops the start. */
  readonly errors: readonly ConfigProblem[];
  /** What does not: keys that nothing reads, values that could not be used. */
  readonly warnings: readonly ConfigProblem[];
  /** Of the files that hold no error. */
  readonly config: Config;
  /** All that needs trust, whether it is given or not. */
  readonly dangerous: readonly DangerousSetting[];
}

function unknownKeys(file: string): ConfigProblem[] {
  const reading = readSettingsFile(file);
  if (reading.kind !== "read") return [];
  return inspectSettings(reading.settings).map(({ keys }) => ({
    file,
    key: dottedKey(keys),
    reason: "unknown key; it is kept, and has no effect",
  }));
}

/** Hooks are told of by the config itself, at each start. */
function ineffectiveSettings(file: string): ConfigProblem[] {
  const reading = readSettingsFile(file);
  if (reading.kind !== "read") return [];
  return unsupportedSettings(reading.settings).flatMap(({ keys, reason }) =>
    keys[0] === "hooks" ? [] : [{ file, key: dottedKey(keys), reason }],
  );
}

/** Lists that name tools. Those of MCP servers are nobody's here, and named with their servers. */
const toolLists = [
  ["options", "disabled_tools"],
  ["permissions", "allowed_tools"],
] as const;

function unknownTools(file: string, known: readonly string[]): ConfigProblem[] {
  const reading = readSettingsFile(file);
  if (reading.kind !== "read") return [];
  const { settings } = reading;
  return toolLists.flatMap(([section, list]) => {
    const members = settings[section];
    const names = isJsonObject(members) ? members[list] : undefined;
    if (!Array.isArray(names)) return [];
    return names.flatMap((name, index) => {
      const tool = typeof name === "string" ? name.replace(/:.*$/su, "") : "";
      if (known.includes(tool) || tool.startsWith("mcp_")) return [];
      const reason = "this program has no tool of this name; it has no effect";
      return [{ file, key: dottedKey([section, list, index]), reason }];
    });
  });
}

/** What is wrong with the keys of the screen's commands: only the screen knows its commands. */
export type JudgeKeys = (
  keys: Readonly<Record<string, string>>,
) => readonly { readonly command: string; readonly reason: string }[];

/** Of a section that has the entry, the file with the last word on it. */
function problemOf(config: Config, [section, entry]: readonly [string, string], reason: string): ConfigProblem {
  const file = config.files.findLast((candidate) => {
    const reading = readSettingsFile(candidate);
    const entries = reading.kind === "read" ? reading.settings[section] : undefined;
    return isJsonObject(entries) && Object.hasOwn(entries, entry);
  });
  return { file: file ?? "", key: dottedKey([section, entry]), reason };
}

/** What the config alone can't tell. */
export interface ConfigJudges {
  readonly keys: JudgeKeys;
  /** Null where the model can be used, with a key or without; else why not. */
  readonly model: (config: Config, choice: ModelChoice) => string | null;
  /** Whether nobody knows what its requests cost. */
  readonly isPriceMissing: (config: Config, choice: ModelChoice) => boolean;
  /** Names of all tools that there are. */
  readonly toolNames: (config: Config) => readonly string[];
}

function judged(config: Config, judges: ConfigJudges): ConfigProblem[] {
  const models = Object.entries(config.models).flatMap(([size, choice]) => {
    const reason = judges.model(config, choice);
    return reason === null ? [] : [problemOf(config, ["models", size], reason)];
  });
  const budgets = budgetScopes
    .filter((scope) => config.budgets[scope].limitUsd !== null)
    .flatMap((scope) => {
      const unpriced = Object.values(config.models).filter((choice) => judges.isPriceMissing(config, choice));
      const names = new Set(unpriced.map(({ provider, model }) => `${provider}/${model}`));
      if (names.size === 0) return [];
      const reason = `the price of ${[...names].join(" and ")} is unknown: this limit can't hold such requests back`;
      return [problemOf(config, ["budgets", scope], reason)];
    });
  const tools = judges.toolNames(config);
  return [
    ...models,
    ...budgets,
    ...config.files.flatMap((file) => unknownTools(file, tools)),
    ...judges.keys(config.keys).map(({ command, reason }) => problemOf(config, ["keys", command], reason)),
  ];
}

/** Reads all files and tells everything that is wrong with them. Throws AppError only as the directories do. */
export function checkConfig(flags: ConfigFlags, options: LoadOptions, judges?: ConfigJudges): ConfigCheck {
  const errors: ConfigProblem[] = [];
  let dangerous: readonly DangerousSetting[] = [];
  const config = loadConfig(flags, {
    ...options,
    onFaultyFile: (problems) => {
      errors.push(...problems);
    },
    onDangerous: (settings) => {
      dangerous = settings;
    },
  });
  const warnings = [
    ...config.problems,
    ...config.files.flatMap((file) => [...unknownKeys(file), ...ineffectiveSettings(file)]),
    ...(judges === undefined ? [] : judged(config, judges)),
  ];
  return { errors, warnings, config, dangerous };
}
