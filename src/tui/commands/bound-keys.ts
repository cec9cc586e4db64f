import type { DialogKeyId } from "./dialog-keys.ts";

/** Where a key counts: `global` everywhere outside dialogs, after the focused part's own keys. */
export type KeyContext = "global" | "editor" | "transcript";

/** Keys of a command, as they count in this window. */
export interface BoundKeys {
  readonly commandId: string;
  readonly context: KeyContext;
  /** As terminals report them; the first one is shown. */
  readonly keys: readonly string[];
  /** A default of the command's that has a condition, which the command knows. */
  readonly isConditional: boolean;
}

/** What is wrong with a binding of the config; the rest of it counts all the same. */
export interface KeyProblem {
  /** As in the config. */
  readonly command: string;
  readonly reason: string;
}

/** The keys of dialogs, as they count in this window, the one that is shown first. */
export type DialogKeys = Readonly<Record<DialogKeyId, readonly string[]>>;

/** Which keys mean what. */
export interface KeyTable {
  /** Outside dialogs. */
  readonly bound: readonly BoundKeys[];
  readonly dialogs: DialogKeys;
  readonly problems: readonly KeyProblem[];
}
