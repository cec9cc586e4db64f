import { line } from "../../term/spans.ts";
import { change, closeDialog } from "../change.ts";
import { editField, insertIntoField } from "../text-field.ts";
import type { AttachDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { closeKey, putDialog } from "./list-keys.ts";

export const attachDialog: DialogModule<AttachDialog> = {
  keys: () => [
    {
      source: "attach.attach",
      label: "attach",
      unavailable: (dialog) => (dialog.field.text.trim() === "" ? "type or paste a path first" : null),
      run: (dialog, state) =>
        change(closeDialog(state, "attach"), { type: "attach-file", path: dialog.field.text.trim(), pastedText: null }),
    },
    closeKey<AttachDialog>("attach", "attach.close"),
  ],
  type: (dialog, key, state) => {
    const field = editField(dialog.field, key);
    return field === undefined ? undefined : putDialog(state, { ...dialog, field });
  },
  paste: (dialog, text, state) => putDialog(state, { ...dialog, field: insertIntoField(dialog.field, text.trim()) }),
  view: (dialog, { theme, area }) => {
    const width = Math.min(area.columns, 76);
    const entry = fieldLine(dialog.field, { label: "Path: ", placeholder: "a text file or an image", width, theme });
    return {
      title: "Attach a file",
      width,
      body: [entry.line, line("relative to the working directory, or ~/…", theme.muted)],
      cursor: { row: 0, column: entry.column },
    };
  },
};
