import type { UiState } from "../state.ts";
import type { KeyContext } from "./bound-keys.ts";
import type { Command } from "./command.ts";
import { programCommands } from "./program-commands.ts";
import { promptCommands } from "./prompt-commands.ts";
import { sessionCommands } from "./session-commands.ts";
import { switchCommands } from "./switch-commands.ts";
import { transcriptCommands } from "./transcript-commands.ts";

export const allCommands: readonly Command[] = [
  ...sessionCommands,
  ...switchCommands,
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

function holds(
  command: Command,
  place: { readonly key: string; readonly context: KeyContext },
  state: UiState,
): boolean {
  return command.bindings.some(
    ({ context, keys, when }) => context === place.context && keys.includes(place.key) && (when?.(state) ?? true),
  );
}

function bound(state: UiState, key: string, context: KeyContext): Command | undefined {
  for (const { commandId, isConditional, ...binding } of state.keys.bound) {
    if (binding.context !== context || !binding.keys.includes(key)) continue;
    const command = findCommand(commandId);
    if (command !== undefined && (!isConditional || holds(command, { key, context }, state))) return command;
  }
  return undefined;
}

/** The command that a key means outside dialogs: the focused part's own first, then the global ones. */
export function commandOfKey(state: UiState, key: string): Command | undefined {
  return bound(state, key, state.focus) ?? bound(state, key, "global");
}
