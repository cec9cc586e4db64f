import { span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, closeDialog, withDesk } from "../change.ts";
import { base64Bytes, bytesText } from "../format.ts";
import { shownDesk, type UiState } from "../state.ts";
import type { AttachmentsDialog } from "./dialog.ts";
import type { DialogModule } from "./dialog-module.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";
import { clampSelection } from "./list-window.ts";

function remove(dialog: AttachmentsDialog, state: UiState): Change {
  if (state.session === null) return change(state);
  const attachments = shownDesk(state).attachments.filter((_, index) => index !== dialog.selected);
  const next = withDesk(state, state.session.id, { attachments });
  if (attachments.length === 0) return change(closeDialog(next, "attachments"));
  return putDialog(next, { ...dialog, selected: clampSelection(dialog.selected, attachments.length) });
}

/** Several attachments: which one goes? */
export const attachmentsDialog: DialogModule<AttachmentsDialog> = {
  keys: () => [
    ...selectionKeys<AttachmentsDialog>((_dialog, state) => shownDesk(state).attachments.length),
    { source: "attachments.remove", label: "remove", run: remove },
    {
      source: "attachments.remove-all",
      label: "remove all",
      run: (_dialog, state) => {
        const closed = closeDialog(state, "attachments");
        return change(state.session === null ? closed : withDesk(closed, state.session.id, { attachments: [] }));
      },
    },
    closeKey<AttachmentsDialog>("attachments", "attachments.close"),
  ],
  click: (dialog, item, state) => putDialog(state, { ...dialog, selected: item }),
  view: (dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 64);
    const { attachments } = shownDesk(state);
    const list = listRows({
      count: attachments.length,
      selected: dialog.selected,
      first: state.listFirst,
      width,
      height: Math.max(1, area.rows),
      theme,
      empty: "nothing is attached",
      row: (index) => {
        const part = attachments[index];
        if (part === undefined) return { left: [] };
        const size = bytesText(base64Bytes(part.data));
        return { left: [span(sanitizeLine(part.path), theme.text)], right: [span(size, theme.muted)] };
      },
    });
    return { title: "Attachments", width, body: list.rows, items: list.items };
  },
};
