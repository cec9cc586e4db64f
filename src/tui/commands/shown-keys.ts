import { keyLabel } from "../key-names.ts";
import type { UiState } from "../state.ts";
import type { DialogKeyId, KeySource } from "./dialog-keys.ts";

/** The keys of a command, the one that is shown first. */
export function keysOf(state: UiState, id: string): readonly string[] {
  return state.keys.bound.flatMap(({ commandId, keys }) => (commandId === id ? keys : []));
}

/** The first key of a command as people read it, "" where it has none. */
export function keyLabelOf(state: UiState, id: string): string {
  const [key = ""] = keysOf(state, id);
  return key === "" ? "" : keyLabel(key);
}

/** The key of a command that counts where the focus is, as people read it; "" where it has none there. */
export function keyLabelHere({ keys, focus }: Pick<UiState, "keys" | "focus">, id: string): string {
  const bound = keys.bound.find(
    ({ commandId, context }) => commandId === id && (context === "global" || context === focus),
  );
  return bound?.keys[0] === undefined ? "" : keyLabel(bound.keys[0]);
}

export function keysOfSource(state: UiState, source: KeySource): readonly string[] {
  return source.startsWith("command ")
    ? keysOf(state, source.slice("command ".length))
    : state.keys.dialogs[source as DialogKeyId];
}

/** The entry among these that the key means; undefined: none. */
export function entryOfKey<Id extends DialogKeyId>(state: UiState, key: string, ids: readonly Id[]): Id | undefined {
  return ids.find((id) => state.keys.dialogs[id].includes(key));
}

/** The key that is shown for it, as people read it; "" where it has none. */
export function dialogKeyLabel(state: UiState, source: KeySource): string {
  const [key = ""] = keysOfSource(state, source);
  return key === "" ? "" : keyLabel(key);
}

/** `ctrl+t starts one`; "" where there is no key for it. */
export function keyHint(state: UiState, source: KeySource, words: string): string {
  const key = dialogKeyLabel(state, source);
  return key === "" ? "" : `${key} ${words}`;
}
