import { AppError } from "../lib/app-error.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";

export const updateProvidersCommand: Command = {
  usage: "[embedded]",
  description:
    "Says where the list of providers comes from. It is part of the program and changes with it; nothing is ever fetched. Own providers and models belong into crush.json.",
  options: [{ name: "source", value: "name", summary: "taken for the sake of scripts made for Crush" }],
  examples: [{ comment: "Which list is used", words: "update-providers" }],
  words: { min: 0, max: 1 },
  run: async ({ words, dependencies }) => {
    const [source = "embedded"] = words;
    if (source !== "embedded") {
      throw new AppError("usage", "the list of providers cannot be replaced by another one", {
        hint: "set `providers` in crush.json, or update the program",
      });
    }
    const { io, calledAs, version } = dependencies;
    io.write(`The list of providers is the one built into ${calledAs} ${version}; nothing was fetched.\n`);
    return exitCodes.ok;
  },
};
