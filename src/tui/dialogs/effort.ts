import { line, span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Change } from "../change.ts";
import type { UiState } from "../state.ts";
import { useEffort } from "../update/use-model.ts";
import type { EffortDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";

function choose(dialog: EffortDialog, state: UiState): Change {
  const effort = dialog.levels[dialog.selected];
  if (effort === undefined) return putDialog(state, dialog);
  return useEffort(state, dialog.choice, { effort, use: dialog.use });
}

/** How hard a model is to think, where it has levels. */
export const effortDialog: DialogModule<EffortDialog> = {
  keys: () => [
    { source: "effort.use", label: "use", run: choose },
    ...selectionKeys<EffortDialog>((dialog) => dialog.levels.length),
    closeKey<EffortDialog>("effort", "effort.back", "back"),
  ],
  click: (dialog, item, state) => choose({ ...dialog, selected: item }, state),
  view: (dialog, { theme, area }) => {
    const width = Math.min(area.columns, 44);
    const list = listRows({
      count: dialog.levels.length,
      selected: dialog.selected,
      width,
      height: Math.max(1, area.rows - 2),
      theme,
      empty: "",
      row: (index) => ({ left: [span(sanitizeLine(dialog.levels[index] ?? ""), theme.text)] }),
    });
    return {
      title: "Reasoning effort",
      width,
      body: [line(sanitizeLine(dialog.modelName), theme.muted), [], ...list.rows],
      items: [null, null, ...list.items],
    };
  },
};
