import { type Change, change, notify } from "../change.ts";
import { dialogModule } from "../dialogs/all-dialogs.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import type { UiState } from "../state.ts";
import type { KeyPress } from "../../term/key-press.ts";

/** Keys while a dialog is open: its own, then its text field. */
export function updateDialogKey(state: UiState, dialog: Dialog, key: KeyPress): Change {
  const module = dialogModule(dialog);
  const meant = module.keys(dialog, state).find((candidate) => candidate.keys.includes(key.name));
  if (meant === undefined) return module.type?.(dialog, key, state) ?? change(state);
  const reason = meant.unavailable?.(dialog, state) ?? null;
  return reason === null ? meant.run(dialog, state) : notify(state, { tone: "info", text: reason });
}
