import type { Change } from "../change.ts";
import type { UiState } from "../state.ts";
import type { KeyContext } from "./bound-keys.ts";

export interface KeyBinding {
  readonly context: KeyContext;
  /** As terminals report them; the first one is shown. These are the defaults: see key-table.ts. */
  readonly keys: readonly string[];
  /** The key is this command's only while it holds; else it is passed on. */
  readonly when?: (state: UiState) => boolean;
}

/** Something the person can do: from a key, from the palette, or both. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: "Session" | "Prompt" | "Transcript" | "Model" | "Program";
  readonly bindings: readonly KeyBinding[];
  /** False: in the palette it stands after the others. */
  readonly isInPalette: boolean;
  /** The palette's word for it (`/new`); what follows the word is the argument. */
  readonly word?: string;
  /** Shown for the argument, such as `[task]`; absent: it takes none. */
  readonly argument?: string;
  /** Why it can't be done now; null: it can. */
  unavailable(state: UiState): string | null;
  run(state: UiState, argument: string): Change;
}

export const always = (): null => null;

export function needsSession(state: UiState): string | null {
  return state.session === null ? "no session is open" : null;
}
