import path from "node:path";
import { isJsonObject, type JsonValue } from "../lib/json.ts";
import type { Config, ConfigFlags, ConfigProblem, Surroundings } from "./config.ts";
import { expandWithoutPrograms, type VariableLookup } from "./expand-value.ts";
import type { Project } from "./find-project.ts";
import type { Environment, GlobalDirectories } from "./global-directories.ts";
import type { ProjectSettings, SettingsLayer } from "./read-project-settings.ts";
import { dottedKey } from "./read-settings-file.ts";
import { globalDataFile } from "./save-setting.ts";
import type { Settings } from "./settings-schema.ts";
import { toBudgets } from "./to-budgets.ts";
import { toMilliseconds } from "./to-milliseconds.ts";
import { type SettingFault, toModelChoice, toProviders } from "./to-providers.ts";
import { unsupportedSettings } from "./unsupported-settings.ts";

export interface ConfigInput {
  /** Merged. */
  readonly settings: Settings;
  readonly flags: ConfigFlags;
  readonly environment: Environment;
  readonly directories: GlobalDirectories;
  readonly project: Project;
  readonly own: ProjectSettings;
  readonly surroundings: Surroundings;
  readonly lookup: VariableLookup;
  /** What was merged, lowest precedence first. */
  readonly layers: readonly SettingsLayer[];
  readonly problems: readonly ConfigProblem[];
  readonly faults: readonly SettingFault[];
}

/** Crush's defaults outside a git worktree, where a walk could otherwise cover a whole home directory. */
const looseDepth = 2;
const looseItems = 100;

/** More sessions than most people run, fewer than makes a provider refuse. */
const requestsMaxDefault = 16;
const backupsKept = 7;

/** What Go's strconv.ParseBool takes for true: Crush reads the variable with it. */
function isTrue(value: string): boolean {
  return ["1", "t", "T", "TRUE", "true", "True"].includes(value);
}

type Options = NonNullable<Settings["options"]>;

/** Where nothing is said, Crush signs; where the section exists, its switch is off unless set. */
function toAttribution(options: Options): Config["options"]["attribution"] {
  const { attribution } = options;
  if (attribution === undefined || attribution === null) return { trailerStyle: "assisted-by", generatedWith: true };
  const { trailer_style: style, co_authored_by: isCoAuthored, generated_with: generatedWith } = attribution;
  const older = isCoAuthored === true ? "co-authored-by" : "none";
  const fallback = typeof isCoAuthored === "boolean" ? older : "assisted-by";
  return { trailerStyle: style || fallback, generatedWith: generatedWith === true };
}

/** A path may begin with a variable, as in Crush; a program is not run for it. */
function expandPaths(paths: readonly string[] | null | undefined, lookup: VariableLookup): readonly string[] {
  return (paths ?? []).map((file) => {
    const expansion = file.startsWith("$") ? expandWithoutPrograms(file, lookup) : undefined;
    return expansion?.kind === "text" ? expansion.text : file;
  });
}

function toGlobalContextPaths(paths: readonly string[], directories: GlobalDirectories): readonly string[] {
  if (paths.length > 0) return paths;
  return [path.join(directories.config, "CRUSH.md"), path.join(path.dirname(directories.config), "AGENTS.md")];
}

/** tmux keeps OSC 9 to itself; a bell it passes on, or marks the window with it. */
function toNotifications(options: Options, { isInTmux }: Surroundings): Config["options"]["notifications"] {
  if (options.disable_notifications === true) return "none";
  switch (options.notifications ?? options.notification_style) {
    case "disabled":
    case "none":
      return "none";
    case "bell":
      return "bell";
    case "osc":
      return "osc";
    default:
      return isInTmux ? "bell" : "osc";
  }
}

function toOptions(input: ConfigInput): Config["options"] {
  const options = input.settings.options ?? {};
  return {
    contextPaths: expandPaths(options.context_paths, input.lookup),
    globalContextPaths: toGlobalContextPaths(
      expandPaths(options.global_context_paths, input.lookup),
      input.directories,
    ),
    debug: input.flags.debug === true || options.debug === true,
    disabledTools: options.disabled_tools ?? [],
    isCompact: options.tui?.compact_mode === true,
    diffMode: options.tui?.diff_mode ?? null,
    theme: options.tui?.theme ?? "auto",
    attribution: toAttribution(options),
    notifications: toNotifications(options, input.surroundings),
    requestsMax: options.max_concurrent_requests ?? requestsMaxDefault,
    backups: { daily: options.backups?.daily !== false, keep: options.backups?.keep ?? backupsKept },
  };
}

function toToolLimits(input: ConfigInput): Config["toolLimits"] {
  const tools = input.settings.tools ?? {};
  const isWorktree = input.project.isWorktree;
  return {
    lsMaxDepth: tools.ls?.max_depth ?? (isWorktree ? null : looseDepth),
    lsMaxItems: tools.ls?.max_items ?? (isWorktree ? null : looseItems),
    grepTimeoutMs: toMilliseconds(tools.grep?.timeout),
    globTimeoutMs: toMilliseconds(tools.glob?.timeout),
  };
}

function toModels(settings: Settings): Config["models"] {
  const large = toModelChoice(settings.models?.["large"]);
  const small = toModelChoice(settings.models?.["small"]);
  return { ...(large && { large }), ...(small && { small }) };
}

/** Those of the file in which limits are kept. */
function toKeptBudgets({ layers, directories }: ConfigInput): Config["keptBudgets"] {
  const layer = layers.find(({ file }) => file === globalDataFile(directories.data));
  return toBudgets(layer?.settings ?? {});
}

function disablesDefaultProviders(input: ConfigInput): boolean {
  const variable = input.environment["CRUSH_DISABLE_DEFAULT_PROVIDERS"];
  return variable === undefined ? input.settings.options?.disable_default_providers === true : isTrue(variable);
}

/** A key that is null is the default one. */
function toKeys({ keys }: Settings): Config["keys"] {
  return Object.fromEntries(
    Object.entries(keys ?? {}).flatMap(([id, text]) => (text === null || text === undefined ? [] : [[id, text]])),
  );
}

function holds(settings: JsonValue | undefined, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return settings !== undefined && settings !== null;
  return isJsonObject(settings) && Object.hasOwn(settings, key) && holds(settings[key], rest);
}

/** Names the file with the last word on the faulty value. */
function toProblem(fault: SettingFault, layers: readonly SettingsLayer[]): ConfigProblem {
  const layer = layers.findLast(({ settings }) => holds(settings, fault.keys));
  return { file: layer?.file ?? "", key: dottedKey(fault.keys), reason: fault.reason };
}

/** Who relies on a hook has to know, at each start, that it holds nothing back. */
function hooksFault(settings: Settings): SettingFault[] {
  const hooks = (settings.hooks ?? null) as JsonValue;
  return unsupportedSettings({ hooks }).map(({ reason }) => ({ keys: ["hooks"], reason }));
}

export function toConfig(input: ConfigInput): Config {
  const { settings, flags, directories, project, own } = input;
  const { providers, faults } = toProviders(settings, input.lookup);
  const problems = [...input.faults, ...faults, ...hooksFault(settings)].map((fault) => toProblem(fault, input.layers));
  return Object.freeze({
    workingDirectory: project.workingDirectory,
    projectRoot: project.root,
    dataDirectory: own.dataDirectory,
    globalDataDirectory: directories.data,
    globalConfigDirectory: directories.config,
    models: toModels(settings),
    providers,
    disableDefaultProviders: disablesDefaultProviders(input),
    options: Object.freeze(toOptions(input)),
    toolLimits: Object.freeze(toToolLimits(input)),
    budgets: toBudgets(settings),
    keptBudgets: toKeptBudgets(input),
    allowedTools: settings.permissions?.allowed_tools ?? [],
    keys: toKeys(settings),
    isYolo: flags.yolo === true,
    isTrusted: own.isTrusted,
    trustHash: own.trustHash,
    trustedLinks: own.trustedLinks,
    untrusted: own.isTrusted ? [] : own.dangerous.map(({ file: from, key, reason }) => ({ file: from, key, reason })),
    problems: [...input.problems, ...problems],
    files: input.layers.map((layer) => layer.file),
    surroundings: input.surroundings,
  });
}
