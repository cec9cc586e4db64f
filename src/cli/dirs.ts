import path from "node:path";
import type { Config } from "../config/config.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { paintFor } from "./paint.ts";
import { readPlaces } from "./read-config.ts";

/** As Crush lists them: the two global ones, then each directory whose config is read, in the order in which they merge. */
function directories(config: Config): string[] {
  const { globalConfigDirectory, globalDataDirectory, files } = config;
  const others = files
    .map((file) => path.dirname(file))
    .filter((directory) => directory !== globalConfigDirectory && directory !== globalDataDirectory);
  return [...new Set([globalConfigDirectory, globalDataDirectory, ...others])];
}

const labels = ["Config:", "Data:"];

export const dirsCommand: Command = {
  usage: "",
  description: "Shows the directories of config and data: the person's, then those of this project.",
  options: [],
  examples: [
    { comment: "Where everything lies", words: "dirs" },
    { comment: "Look into the config directory", words: "dirs | head -1" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io } = context.dependencies;
    const config = readPlaces(context);
    const found = directories(config);
    if (!io.isOutputTerminal) {
      io.write(found.map((directory) => `${directory}\n`).join(""));
      return exitCodes.ok;
    }
    const { noColor, term } = config.surroundings;
    const paint = paintFor({ isTerminal: true, noColor, term });
    const lines = found.map(
      (directory, index) => `${paint.strong((labels[index] ?? "Project:").padEnd(8))} ${directory}\n`,
    );
    const sessions = `${paint.strong("Sessions:")} ${config.dataDirectory}\n`;
    io.write(`${lines.join("")}${paint.dim("Configs merge from top to bottom")}\n${sessions}`);
    return exitCodes.ok;
  },
};
