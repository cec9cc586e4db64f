import { readFileSync } from "node:fs";
import { programFile } from "../lib/program-root.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";

export const schemaCommand: Command = {
  usage: "",
  description: "Prints the JSON schema of crush.json, for editors that check and complete it.",
  options: [],
  examples: [{ comment: "Keep it beside the config", words: "schema > ~/.config/crush/schema.json" }],
  words: { min: 0, max: 0 },
  run: async ({ dependencies }) => {
    dependencies.io.write(readFileSync(programFile("docs/schema.json"), "utf8"));
    return exitCodes.ok;
  },
};
