import { change, closeDialog } from "../change.ts";
import { editField, insertIntoField } from "../text-field.ts";
import type { RenameDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog } from "./list-keys.ts";

export const renameDialog: DialogModule<RenameDialog> = {
  keys: () => [
    {
      source: "rename.rename",
      label: "rename",
      unavailable: (dialog) => (dialog.field.text.trim() === "" ? "a title needs at least one character" : null),
      run: (dialog, state) => {
        const closed = closeDialog(state, "rename");
        if (state.session === null) return change(closed);
        const title = dialog.field.text.trim();
        return change(closed, { type: "rename-session", sessionId: state.session.id, title });
      },
    },
    closeKey<RenameDialog>("rename", "rename.keep", "keep"),
  ],
  type: (dialog, key, state) => {
    const field = editField(dialog.field, key);
    return field === undefined ? undefined : putDialog(state, { ...dialog, field });
  },
  paste: (dialog, text, state) => putDialog(state, { ...dialog, field: insertIntoField(dialog.field, text) }),
  view: (dialog, { theme, area }) => {
    const width = Math.min(area.columns, 64);
    const entry = fieldLine(dialog.field, { label: "Title: ", placeholder: "", width, theme });
    return { title: "Rename this session", width, body: [entry.line], cursor: { row: 0, column: entry.column } };
  },
};
