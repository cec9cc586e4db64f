import path from "node:path";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { readPlaces } from "../read-config.ts";

export const pathCommand: Command = {
  usage: "",
  description: "Names the config files that are read, the one with the last word at the end.",
  options: [],
  examples: [
    { comment: "Which files count here", words: "config path" },
    { comment: "Edit the one with the last word", words: 'config path | tail -1 | xargs "$EDITOR"' },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io } = context.dependencies;
    const { files, globalConfigDirectory } = readPlaces(context);
    io.write(files.map((file) => `${io.isOutputTerminal ? sanitizeLine(file) : file}\n`).join(""));
    const own = path.join(globalConfigDirectory, "crush.json");
    if (files.length === 0) io.writeError(`no config file yet; your own is ${own}\n`);
    return exitCodes.ok;
  },
};
