import path from "node:path";
import type { Config } from "../config/config.ts";
import { machineDirectory } from "../config/load-config.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { paintFor } from "./paint.ts";
import { readPlaces } from "./read-config.ts";

/** As Crush lists them: the person's two, the machine's, then where the project's config was found, in merging order. */
function directories(config: Config, machine: string): string[] {
  const { globalConfigDirectory, globalDataDirectory, files } = config;
  const found = files.map((file) => path.dirname(file));
  return [...new Set([globalConfigDirectory, globalDataDirectory, machine, ...found])];
}

const labels = ["Config:", "Data:", "System:"];

export const dirsCommand: Command = {
  usage: "",
  description:
    "Shows the directories of config and data: the person's, then the machine's, then those of this project.",
  options: [],
  examples: [
    { comment: "Where everything lies", words: "dirs" },
    { comment: "Look into the config directory", words: "dirs | head -1" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io } = context.dependencies;
    const config = readPlaces(context);
    const found = directories(config, context.dependencies.configSource?.systemDirectory ?? machineDirectory);
    if (!io.isOutputTerminal) {
      io.write(found.map((directory) => `${directory}\n`).join(""));
      return exitCodes.ok;
    }
    const { noColor, term } = config.surroundings;
    const paint = paintFor({ isTerminal: true, noColor, term });
    const lines = found.map(
      (directory, index) => `${paint.strong((labels[index] ?? "Project:").padEnd(8))} ${sanitizeLine(directory)}\n`,
    );
    const sessions = `${paint.strong("Sessions:")} ${sanitizeLine(config.dataDirectory)}\n`;
    io.write(`${lines.join("")}${paint.dim("Configs merge from top to bottom")}\n${sessions}`);
    return exitCodes.ok;
  },
};
