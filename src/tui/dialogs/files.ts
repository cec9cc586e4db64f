import { span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, closeDialog } from "../change.ts";
import type { UiState } from "../state.ts";
import type { FilesDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { closeKey, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";

function open(dialog: FilesDialog, state: UiState): Change {
  const file = dialog.items[dialog.selected];
  return file === undefined ? change(state) : change(closeDialog(state, "files"), { type: "open-file", file });
}

/** The files that a message names, to open one in $EDITOR. */
export const filesDialog: DialogModule<FilesDialog> = {
  keys: () => [
    { source: "files.open", label: "open", run: open },
    ...selectionKeys<FilesDialog>((dialog) => dialog.items.length),
    closeKey<FilesDialog>("files", "files.close"),
  ],
  click: (dialog, item, state) => open({ ...dialog, selected: item }, state),
  view: (dialog, { theme, area, state }) => {
    const width = Math.min(area.columns, 76);
    const list = listRows({
      count: dialog.items.length,
      selected: dialog.selected,
      first: state.listFirst,
      width,
      height: Math.max(1, area.rows),
      theme,
      empty: "",
      row: (index) => {
        const { path = "", line = null } = dialog.items[index] ?? {};
        const place = line === null ? [] : [span(`line ${line}`, theme.muted)];
        return { left: [span(sanitizeLine(path), theme.text)], right: place };
      },
    });
    return { title: "Open in $EDITOR", width, body: list.rows, items: list.items };
  },
};
