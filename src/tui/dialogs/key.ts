import { line, wrapSpans, span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, updateDialog } from "../change.ts";
import type { UiState } from "../state.ts";
import { editField, insertIntoField } from "../text-field.ts";
import type { KeyDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog } from "./list-keys.ts";

function save(dialog: KeyDialog, state: UiState): Change {
  const saving = updateDialog(state, "key", (open) => ({ ...open, isSaving: true }));
  return change(saving, { type: "save-key", providerId: dialog.providerId, key: dialog.field.text.trim() });
}

/** Entry of a provider's key; what is typed is never shown. */
export const keyDialog: DialogModule<KeyDialog> = {
  keys: () => [
    {
      source: "key.store",
      label: "store",
      unavailable: (dialog) => {
        if (dialog.isSaving) return "the key is being stored";
        return dialog.field.text.trim() === "" ? "type or paste the key first" : null;
      },
      run: save,
    },
    closeKey<KeyDialog>("key", "key.back", "back"),
  ],
  type: (dialog, key, state) => {
    const field = editField(dialog.field, key);
    return field === undefined ? undefined : putDialog(state, { ...dialog, field });
  },
  paste: (dialog, text, state) => putDialog(state, { ...dialog, field: insertIntoField(dialog.field, text.trim()) }),
  view: (dialog, { theme, area }) => {
    const width = Math.min(area.columns, 70);
    const entry = fieldLine(dialog.field, {
      label: "Key: ",
      placeholder: "paste it here",
      width,
      theme,
      isSecret: true,
    });
    const variable = dialog.keyVariable === null ? "" : ` It is also read from ${dialog.keyVariable}.`;
    const note = `Kept in the global data directory, readable by you alone.${variable}`;
    return {
      title: `Key for ${sanitizeLine(dialog.providerName)}`,
      width,
      body: [
        entry.line,
        [],
        ...wrapSpans([span(note, theme.muted)], width),
        ...(dialog.isSaving ? [line("storing…", theme.info)] : []),
      ],
      cursor: { row: 0, column: entry.column },
    };
  },
};
