import path from "node:path";
import type { Config, ConfigFlags, ConfigProblem } from "./config.ts";
import { findProject } from "./find-project.ts";
import { type Environment, type GlobalDirectories, globalDirectories } from "./global-directories.ts";
import { keyVariablesIn } from "./key-variables.ts";
import { mergeSettings } from "./merge-settings.ts";
import { noteShellConfig, type ProjectReading, readProjectSettings } from "./read-project-settings.ts";
import { configError, readSettingsFile } from "./read-settings-file.ts";
import type { Settings } from "./settings-schema.ts";
import type { DangerousSetting } from "./split-settings.ts";
import { readSurroundings } from "./surroundings.ts";
import { toConfig } from "./to-config.ts";
import { usableSettings } from "./usable-values.ts";

export interface LoadOptions {
  /** Names of the environment variables that hold providers' keys (from the catalogue). */
  readonly keyVariables: readonly string[];
  /** For tests; the process's own otherwise. */
  readonly environment?: Environment;
  /** For tests; `machineDirectory` otherwise. */
  readonly systemDirectory?: string;
  /** Takes the problems of faulty files, which are then left out, instead of having the first one thrown. */
  readonly onFaultyFile?: (problems: readonly ConfigProblem[]) => void;
  /** Takes all that needs trust, whether it is given or not. */
  readonly onDangerous?: (settings: readonly DangerousSetting[]) => void;
}

/** Where the machine's administrator may put a `crush.json`. */
export const machineDirectory = "/etc/crush";

function throwFirst(problems: readonly ConfigProblem[]): void {
  throw configError(problems);
}

function readGlobalLayers(
  directories: GlobalDirectories,
  systemDirectory: string,
  onFaultyFile: (problems: readonly ConfigProblem[]) => void,
): ProjectReading["globalLayers"] {
  const places = new Set([systemDirectory, directories.config, directories.data]);
  return [...places].flatMap((directory) => {
    const file = path.join(directory, "crush.json");
    const reading = readSettingsFile(file);
    if (reading.kind === "faulty") onFaultyFile(reading.problems);
    return reading.kind === "read" ? [{ file, settings: reading.settings }] : [];
  });
}

/**
 * Reads flags, environment and files into one frozen object. Synchronous and quick (it stands before the first paint);
 * runs no program. Throws AppError: `usage` (no such working directory), `config-invalid` (naming file, key and reason)
 * or `config-untrusted`.
 */
export function loadConfig(flags: ConfigFlags, options: LoadOptions): Config {
  const environment = options.environment ?? process.env;
  const onFaultyFile = options.onFaultyFile ?? throwFirst;
  const problems: ConfigProblem[] = [];
  const onProblem = (problem: ConfigProblem): void => {
    problems.push(problem);
  };
  const directories = globalDirectories(environment);
  const project = findProject(flags.cwd);
  noteShellConfig(directories.config, ["crushrc"], onProblem);
  const globalLayers = readGlobalLayers(directories, options.systemDirectory ?? machineDirectory, onFaultyFile);
  const own = readProjectSettings({
    project,
    directories,
    globalLayers,
    dataDirectoryFlag: flags.dataDirectory,
    trustFlag: flags.trust === true,
    onFaultyFile,
    onProblem,
  });
  options.onDangerous?.(own.dangerous);
  const layers = [...globalLayers, ...own.layers].map((layer) => usableSettings(layer, onProblem));
  const settings = mergeSettings(layers.map((layer) => layer.settings)) as Settings;
  const { surroundings, lookup, faults } = readSurroundings({
    environment,
    home: directories.home,
    keyVariables: [...new Set([...options.keyVariables, ...keyVariablesIn(settings)])],
    configEnvironment: settings.env ?? {},
    workingDirectory: project.workingDirectory,
  });
  return toConfig({
    settings,
    flags,
    environment,
    directories,
    project,
    own,
    surroundings,
    lookup,
    layers,
    problems,
    faults,
  });
}
