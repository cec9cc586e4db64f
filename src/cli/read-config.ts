import { loadConfig, type LoadOptions } from "../config/load-config.ts";
import type { Config } from "../config/config.ts";
import type { CliDependencies, CommandContext } from "./command.ts";

export async function loadOptions(dependencies: CliDependencies): Promise<LoadOptions> {
  return { ...dependencies.configSource, keyVariables: await dependencies.keyVariables() };
}

/** The config, keys included. */
export async function readConfig({
  flags,
  dependencies,
}: Pick<CommandContext, "flags" | "dependencies">): Promise<Config> {
  return loadConfig(flags, await loadOptions(dependencies));
}

/**
 * The config for commands that only look at places: no catalogue is loaded for it. So it does not know the variables that
 * hold keys: nothing may be started in its `childEnvironment`.
 */
export function readPlaces({ flags, dependencies }: Pick<CommandContext, "flags" | "dependencies">): Config {
  return loadConfig(flags, { ...dependencies.configSource, keyVariables: [] });
}
