import { loadConfig } from "../config/load-config.ts";
import type { Config } from "../config/config.ts";
import type { CommandContext } from "./command.ts";

/** The config, keys included. */
export async function readConfig({
  flags,
  dependencies,
}: Pick<CommandContext, "flags" | "dependencies">): Promise<Config> {
  return loadConfig(flags, { keyVariables: await dependencies.keyVariables() });
}

/** The config for commands that only look at places: no catalogue is loaded for it. */
export function readPlaces({ flags }: Pick<CommandContext, "flags">): Config {
  return loadConfig(flags, { keyVariables: [] });
}
