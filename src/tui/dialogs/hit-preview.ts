import { type Change, change, updateDialog } from "../change.ts";
import type { UiState } from "../state.ts";
import { chosenRow } from "./session-list.ts";
import type { SessionsDialog } from "./sessions-dialog.ts";

/** Asks for what stands around the chosen hit; without one the preview goes. */
export function withPreview(state: UiState, dialog: SessionsDialog): Change {
  const row = chosenRow(dialog, state);
  if (row?.kind !== "hit" || row.hit.messageId === null) {
    return dialog.preview === null
      ? change(state)
      : change(updateDialog(state, "sessions", () => ({ ...dialog, preview: null })));
  }
  const { hit } = row;
  const { messageId } = hit;
  if (messageId === null || dialog.preview?.messageId === messageId) return change(state);
  return change(state, { type: "read-preview", hit, messageId, words: dialog.hits?.words ?? [] });
}
