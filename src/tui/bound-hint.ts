import { keyLabelOf } from "./commands/shown-keys.ts";
import type { UiState } from "./state.ts";

/** Hints of the app name the default keys. What stands for a command that the config leaves without one. */
const commandsByKey = [
  { key: "ctrl+l", command: "models", times: 1, otherwise: "/models" },
  { key: "ctrl+n", command: "new-session", times: 1, otherwise: "/new" },
  { key: "esc esc", command: "cancel", times: 2, otherwise: "ctrl+c" },
] as const;

/** A hint with the keys as they are bound in this window. */
export function boundHint(state: UiState, hint: string): string {
  return commandsByKey.reduce((words, { key, command, times, otherwise }) => {
    if (!words.includes(key)) return words;
    const label = keyLabelOf(state, command);
    return words.replaceAll(key, label === "" ? otherwise : Array.from({ length: times }, () => label).join(" "));
  }, hint);
}
