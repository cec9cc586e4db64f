import type { LiveChoice } from "./dialog.ts";
import { clampSelection } from "./list-window.ts";

/** Why a key does nothing in a list that is not as the person saw it. */
export const justChanged = "the list has just changed: look again";

interface Listed {
  readonly id: string;
}

/** After a change of what is listed: what was chosen stays chosen. Where it is gone the cursor stays at its place. */
export function keptChoice<D extends LiveChoice>(dialog: D, before: readonly Listed[], after: readonly Listed[]): D {
  const chosen = before[clampSelection(dialog.selected, before.length)];
  if (chosen === undefined) return dialog;
  const place = after.findIndex(({ id }) => id === chosen.id);
  if (place >= 0) return { ...dialog, selected: place };
  return { ...dialog, selected: clampSelection(dialog.selected, after.length), isShifted: true };
}
