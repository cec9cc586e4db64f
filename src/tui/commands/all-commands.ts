import type { UiState } from "../state.ts";
import type { Command, KeyContext } from "./command.ts";
import { programCommands } from "./program-commands.ts";
import { promptCommands } from "./prompt-commands.ts";
import { sessionCommands } from "./session-commands.ts";
import { transcriptCommands } from "./transcript-commands.ts";

export const allCommands: readonly Command[] = [
  ...sessionCommands,
  ...promptCommands,
  ...programCommands,
  ...transcriptCommands,
];

export function findCommand(id: string): Command | undefined {
  return allCommands.find((command) => command.id === id);
}

export function commandOfWord(word: string): Command | undefined {
  return allCommands.find((command) => command.word === word);
}

function bound(state: UiState, key: string, context: KeyContext): Command | undefined {
  return allCommands.find((command) =>
    command.bindings.some(
      (binding) =>
        binding.context === context &&
        binding.keys.includes(key) &&
        (binding.when === undefined || binding.when(state)),
    ),
  );
}

/** The command that a key means outside dialogs: the focused part's own first, then the global ones. */
export function commandOfKey(state: UiState, key: string): Command | undefined {
  return bound(state, key, state.focus) ?? bound(state, key, "global");
}

/** The first key of a command, "" where it has none. */
export function firstKey(command: Command): string {
  return command.bindings[0]?.keys[0] ?? "";
}
