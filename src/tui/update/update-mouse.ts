import { unreachable } from "../../lib/assert.ts";
import { type Change, change, closeDialog } from "../change.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import type { DialogTable } from "../dialogs/dialog-module.ts";
import { extendSelection, isEmptySelection, startSelection } from "../../term/selection.ts";
import { topDialog, type UiState } from "../state.ts";
import type { UiMessage } from "../ui-message.ts";
import { acceptPath } from "./path-completion.ts";

type MouseMessage = Extract<UiMessage, { type: "mouse" }>;

function wheel(state: UiState, direction: 1 | -1, dialogs: DialogTable): Change {
  const dialog = topDialog(state);
  if (dialog !== undefined) return dialogs(dialog).wheel?.(dialog, direction, state) ?? change(state);
  return change(state, { type: "transcript", operation: direction > 0 ? "wheel-down" : "wheel-up" });
}

/** Dialogs that only show something close when the screen beside them is clicked; questions stay. */
const passing: ReadonlySet<string> = new Set([
  "sessions",
  "projects",
  "models",
  "palette",
  "help",
  "details",
  "todos",
  "grants",
  "attachments",
  "theme",
  "files",
]);

function clickBeside(state: UiState): Change {
  const dialog = topDialog(state);
  if (dialog === undefined || !passing.has(dialog.kind)) return change(state);
  return change(closeDialog(state, dialog.kind));
}

/** The second of two clicks means what the first one chose, whatever has come under the mouse since. */
function pressDialog(
  state: UiState,
  { dialog, item, mouse }: { readonly dialog: Dialog; readonly item: number | null } & Pick<MouseMessage, "mouse">,
  dialogs: DialogTable,
): Change {
  const module = dialogs(dialog);
  if (mouse.clicks === 2 && module.doubleClick !== undefined) return module.doubleClick(dialog, state);
  return (item === null ? undefined : module.click?.(dialog, item, state)) ?? change(state);
}

function press(state: UiState, { hit, mouse }: MouseMessage, dialogs: DialogTable): Change {
  if (hit === null) return change(state);
  const { target } = hit;
  const dialog = topDialog(state);
  switch (target.kind) {
    case "transcript": {
      const pressed = { ...state, focus: "transcript", selection: startSelection(target.area, mouse) } as const;
      if (mouse.clicks === 1) return change(pressed);
      return change(pressed, { type: "expand-selection", unit: mouse.clicks === 2 ? "word" : "row" });
    }
    case "editor":
      return change(
        { ...state, focus: "editor" },
        { type: "editor", operation: { kind: "click", row: hit.row, column: hit.column } },
      );
    case "session":
      return change(state, { type: "open-session", sessionId: target.sessionId });
    case "notices":
      return change({ ...state, notices: [] });
    case "completion":
      return acceptPath(state, target.item);
    case "dialog":
      return dialog === undefined ? change(state) : pressDialog(state, { dialog, item: target.item, mouse }, dialogs);
    case "outside":
      return clickBeside(state);
    default:
      return unreachable(target);
  }
}

function release(state: UiState, { mouse }: MouseMessage): Change {
  const { selection } = state;
  if (selection === null) return change(state);
  if (!isEmptySelection(selection)) return change(state, { type: "copy-selection" });
  return change({ ...state, selection: null }, { type: "click-transcript", row: mouse.row, column: mouse.column });
}

export function updateMouse(state: UiState, message: MouseMessage, dialogs: DialogTable): Change {
  switch (message.mouse.action) {
    case "wheel-up":
      return wheel(state, -1, dialogs);
    case "wheel-down":
      return wheel(state, 1, dialogs);
    case "press":
      return press({ ...state, selection: null }, message, dialogs);
    case "drag":
      if (state.selection === null) return change(state);
      return change({ ...state, selection: extendSelection(state.selection, message.mouse) });
    case "release":
      return release(state, message);
    default:
      return change(state);
  }
}
