import { storeKey } from "../config/key-store.ts";
import { AppError } from "../lib/app-error.ts";
import type { ProviderSettings } from "../schema/model.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { readConfig } from "./read-config.ts";

const keyBytesMax = 64 * 1024;

/** Names of providers that people know under another one. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["claude", "anthropic"],
  ["google", "gemini"],
  ["github", "copilot"],
  ["github-copilot", "copilot"],
]);

function findProvider(providers: readonly ProviderSettings[], name: string): ProviderSettings {
  const wanted = otherNames.get(name) ?? name;
  const provider = providers.find(({ id }) => id === wanted);
  if (provider !== undefined && provider.type !== "practice") return provider;
  const close = providers.filter(({ id, name: shown }) =>
    `${id} ${shown}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  const list = close.length > 0 ? close : providers.filter((candidate) => candidate.keyVariable !== null);
  throw new AppError("provider-unknown", `there is no provider "${name}"`, {
    hint: `known are ${list.map(({ id }) => id).join(", ")}; add others to crush.json`,
  });
}

/** OAuth of these two is Crush's: what ours takes is a key. */
const withoutKey: ReadonlySet<string> = new Set(["copilot", "hyper"]);

async function readKey(context: CommandContext, provider: ProviderSettings): Promise<string> {
  const { io } = context.dependencies;
  if (!io.isInputTerminal) return (await io.readInput({ sizeBytesMax: keyBytesMax })).toString("utf8");
  const key = await io.ask(`API key for ${sanitizeLine(provider.name)} (it is not shown): `, { isSecret: true });
  if (key !== null) return key;
  throw new AppError("turn-canceled", "no key was stored");
}

export const loginCommand: Command = {
  usage: "<provider>",
  description:
    "Stores a provider's API key for all projects, readable for its owner alone. It is asked for without echo, or read from a pipe.",
  options: [
    { name: "force", short: "f", summary: "taken for the sake of scripts made for Crush; a key is always replaced" },
  ],
  examples: [
    { comment: "Type or paste a key", words: "login anthropic" },
    { comment: "Take it from a password manager", words: "login openai", before: "pass show openai |" },
  ],
  words: { min: 1, max: 1 },
  run: async (context) => {
    const { io, listProviders } = context.dependencies;
    const config = await readConfig(context);
    const provider = findProvider(await listProviders(config), context.words[0] ?? "");
    if (withoutKey.has(provider.id)) {
      throw new AppError("usage", `${provider.name} has no keys, only a login that is not supported yet`, {
        hint: "choose another provider: `crush models` lists what there is",
      });
    }
    await storeKey(config.globalDataDirectory, provider.id, await readKey(context, provider));
    io.write(`Stored the key for ${sanitizeLine(provider.name)}.\n`);
    if (provider.keyVariable !== null && config.surroundings.keys[provider.keyVariable] !== undefined) {
      io.writeError(`note: it goes before ${provider.keyVariable} of the environment\n`);
    }
    return exitCodes.ok;
  },
};
