import { dropKey, readStoredKeys } from "../config/key-store.ts";
import { AppError } from "../lib/app-error.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { Command } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { readConfig } from "./read-config.ts";

export const logoutCommand: Command = {
  usage: "[provider]",
  description: "Removes a provider's stored key. Without a provider it lists those that have one.",
  options: [{ name: "force", short: "f", summary: "taken for the sake of scripts made for Crush; nothing is asked" }],
  examples: [
    { comment: "Which keys are stored", words: "logout" },
    { comment: "Remove one", words: "logout anthropic" },
  ],
  words: { min: 0, max: 1 },
  run: async (context) => {
    const { io, listProviders } = context.dependencies;
    const config = await readConfig(context);
    const [name] = context.words;
    if (name === undefined) {
      const stored = readStoredKeys(config.globalDataDirectory);
      io.write(stored.length === 0 ? "No keys are stored.\n" : stored.map((id) => `${sanitizeLine(id)}\n`).join(""));
      return exitCodes.ok;
    }
    if (!(await dropKey(config.globalDataDirectory, name))) {
      throw new AppError("provider-unknown", `no key is stored for "${name}"`, {
        hint: "`crush logout` without a provider lists those that have one",
      });
    }
    io.write(`Removed the key for ${sanitizeLine(name)}.\n`);
    const provider = (await listProviders(config)).find(({ id }) => id === name);
    const variable = provider?.keyVariable ?? "";
    const isLeft = config.surroundings.keys[variable] !== undefined;
    if (isLeft) io.writeError(`note: ${variable} is still in the environment\n`);
    return exitCodes.ok;
  },
};
