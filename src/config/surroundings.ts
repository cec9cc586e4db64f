import { calledAs } from "./called-as.ts";
import type { Surroundings } from "./config.ts";
import { ExpansionError, expandWithoutPrograms, type VariableLookup } from "./expand-value.ts";
import type { Environment } from "./global-directories.ts";
import { expandWithProgramsAtOnce } from "./run-substitution.ts";
import type { SettingFault } from "./to-providers.ts";

export interface SurroundingsInput {
  readonly environment: Environment;
  readonly home: string;
  readonly keyVariables: readonly string[];
  /** Config's `env`, of trusted files. */
  readonly configEnvironment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

export interface SurroundingsResult {
  readonly surroundings: Surroundings;
  /** The process's environment with config's `env`: what `$NAME` in settings refers to. */
  readonly lookup: VariableLookup;
  /** Members of `env` that could not be expanded. */
  readonly faults: readonly SettingFault[];
}

function definedValues(environment: Environment): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) defined[name] = value;
  return defined;
}

/** `CRUSH_OPENAI_API_KEY` goes before `OPENAI_API_KEY`, as in Crush: a key for this program alone. */
function lookupIn(environment: Readonly<Record<string, string>>): VariableLookup {
  return (name) => {
    const own = `CRUSH_${name}`;
    if (Object.hasOwn(environment, own)) return environment[own];
    return Object.hasOwn(environment, name) ? environment[name] : undefined;
  };
}

function withOwnForms(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `CRUSH_${name}`]);
}

interface ConfigVariables {
  readonly ready: Record<string, string>;
  readonly deferred: Record<string, string>;
  readonly faults: SettingFault[];
}

/** In the order of their names, so that one may refer to those before it. */
function expandConfigVariables(
  base: Record<string, string>,
  variables: Readonly<Record<string, string>>,
): ConfigVariables {
  const result: ConfigVariables = { ready: {}, deferred: {}, faults: [] };
  for (const name of Object.keys(variables).toSorted()) {
    const template = variables[name] ?? "";
    const expansion = expandWithoutPrograms(template, lookupIn({ ...base, ...result.ready }));
    if (expansion.kind === "text") result.ready[name] = expansion.text;
    else if (expansion.kind === "deferred") result.deferred[name] = template;
    else result.faults.push({ keys: ["env", name], reason: expansion.reason });
  }
  return result;
}

function runDeferred(
  environment: Record<string, string>,
  input: SurroundingsInput,
  deferred: Record<string, string>,
): void {
  for (const [name, template] of Object.entries(deferred)) {
    try {
      environment[name] = expandWithProgramsAtOnce(template, { environment, workingDirectory: input.workingDirectory });
    } catch (error) {
      // Crush too goes on without the variable: the program that needs it will say so.
      if (!(error instanceof ExpansionError)) throw error;
    }
  }
}

function presentValues(names: Iterable<string>, lookup: VariableLookup): Record<string, string> {
  const present: Record<string, string> = {};
  for (const name of names) {
    const value = lookup(name);
    if (value !== undefined && value !== "") present[name] = value;
  }
  return present;
}

/** What bin/crush and bin/engine-options.sh set for this program alone. */
const launcherVariables = [
  "CRUSH_CALLED_AS",
  "BUN_RUNTIME_TRANSPILER_CACHE_PATH",
  "BUN_JSC_useFTLJIT",
  "BUN_JSC_thresholdForOptimizeAfterWarmUp",
  "BUN_JSC_maximumInliningDepth",
  "BUN_JSC_heapGrowthMaxIncrease",
  "BUN_JSC_smallHeapGrowthFactor",
  "BUN_JSC_gcMaxHeapSize",
  "BUN_JSC_percentCPUPerMBForFullTimer",
  "BUN_JSC_thresholdForJITAfterWarmUp",
];

export function readSurroundings(input: SurroundingsInput): SurroundingsResult {
  const base = definedValues(input.environment);
  const { ready, deferred, faults } = expandConfigVariables(base, input.configEnvironment);
  const whole = { ...base, ...ready };
  const lookup = lookupIn(whole);
  let children: Readonly<Record<string, string>> | undefined;
  const withoutKeys = (): Readonly<Record<string, string>> => {
    const environment = { ...whole };
    runDeferred(environment, input, deferred);
    for (const name of withOwnForms(input.keyVariables)) {
      if (!Object.hasOwn(input.configEnvironment, name)) delete environment[name];
    }
    for (const name of launcherVariables) delete environment[name];
    return Object.freeze(environment);
  };
  const surroundings: Surroundings = {
    homeDirectory: input.home,
    noColor: Boolean(base["NO_COLOR"]),
    term: base["TERM"] ?? "",
    colorTerm: base["COLORTERM"] ?? "",
    isInTmux: Boolean(base["TMUX"]),
    isRemote: Boolean(base["SSH_CONNECTION"] || base["SSH_TTY"]),
    editor: base["VISUAL"] || base["EDITOR"] || null,
    pager: base["PAGER"] || null,
    calledAs: calledAs(base),
    keys: presentValues(input.keyVariables, lookup),
    keyValues: withOwnForms(input.keyVariables).flatMap((name) => whole[name] || []),
    endpoints: presentValues(
      Object.keys(whole).filter((name) => name.endsWith("_API_ENDPOINT")),
      lookup,
    ),
    get childEnvironment() {
      children ??= withoutKeys();
      return children;
    },
  };
  return { surroundings: Object.freeze(surroundings), lookup, faults };
}
