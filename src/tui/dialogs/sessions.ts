import { type Change, change, closeDialog, updateDialog } from "../change.ts";
import type { UiState } from "../state.ts";
import { editField, insertIntoField, type TextField } from "../text-field.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";
import { clampSelection, moveSelection } from "./list-window.ts";
import {
  confirmDelete,
  toggleBackups,
  copyId,
  deleteTargets,
  finishRename,
  finishTag,
  fork,
  noChildren,
  noMark,
  notOne,
  noTarget,
  open,
  openInBackground,
  put,
  startRename,
  startTag,
  toggleArchive,
  toggleChildren,
  toggleMark,
  togglePin,
  undo,
} from "./session-actions.ts";
import { withPreview } from "./hit-preview.ts";
import { justChanged } from "./live-choice.ts";
import { keepChosen, shownRows } from "./session-list.ts";
import { searchLengthMin, type SessionsDialog } from "./sessions-dialog.ts";
import { sessionsView } from "./sessions-view.ts";
import { wrongTag } from "./tag-words.ts";

type Key = DialogKey<SessionsDialog>;

/** The cursor moves, and with it the preview. */
function moveTo(dialog: SessionsDialog, selected: number, state: UiState): Change {
  const next = { ...dialog, selected, isTyping: false, isShifted: false, isClicked: false };
  return withPreview(put(state, next).state, next);
}

function step(delta: number): Key["run"] {
  return (dialog, state) =>
    moveTo(dialog, moveSelection(dialog.selected, delta, shownRows(dialog, state).length), state);
}

function page(delta: number): Key["run"] {
  return (dialog, state) =>
    moveTo(dialog, clampSelection(dialog.selected + delta, shownRows(dialog, state).length), state);
}

/** Esc takes one thing back after the other: marks, the filter, the list. */
function escape(dialog: SessionsDialog, state: UiState): Change {
  if (dialog.marked.size > 0) return put(state, { ...dialog, marked: new Set() });
  return change(closeDialog(state, "sessions"));
}

const markKey: Key = { source: "sessions.mark", label: "", unavailable: noMark, run: toggleMark };

/** A blank marks where nothing is being typed. */
const blankMarkKey: Key = { ...markKey, label: "mark", isBeforeTyping: true };

const browseKeys: readonly Key[] = [
  {
    source: "sessions.open",
    label: "open",
    unavailable: (dialog) => (dialog.isShifted ? justChanged : null),
    run: open,
  },
  { source: "list.up", label: "", run: step(-1) },
  { source: "list.down", label: "", run: step(1) },
  { source: "list.page-up", label: "", run: page(-10) },
  { source: "list.page-down", label: "", run: page(10) },
  markKey,
  { source: "sessions.rename", label: "rename", unavailable: notOne, run: startRename },
  { source: "sessions.delete", label: "delete", unavailable: noTarget, run: confirmDelete },
  { source: "sessions.close", label: "close", run: escape },
  {
    source: "sessions.new",
    label: "new",
    run: (_dialog, state) => change(closeDialog(state, "sessions"), { type: "new-session", prompt: "" }),
  },
  {
    source: "sessions.all-projects",
    label: "all projects",
    run: (_dialog, state) => change(state, { type: "read-projects" }),
  },
  { source: "sessions.pin", label: "pin", unavailable: noTarget, run: togglePin },
  { source: "sessions.tag", label: "tag", unavailable: noTarget, run: startTag },
  { source: "sessions.archive", label: "archive", unavailable: noTarget, run: toggleArchive },
  { source: "sessions.fork", label: "fork", unavailable: notOne, run: fork },
  { source: "sessions.open-behind", label: "open behind", unavailable: noTarget, run: openInBackground },
  { source: "sessions.copy-id", label: "copy id", unavailable: noTarget, run: copyId },
  {
    source: "sessions.undo",
    label: "",
    unavailable: (dialog) => (dialog.undo === null ? "nothing can be taken back" : null),
    run: undo,
  },
  { source: "sessions.children", label: "children", unavailable: noChildren, run: toggleChildren },
];

const backToList: Key = {
  source: "sessions-delete.keep",
  label: "keep",
  run: (dialog, state) => put(state, { ...dialog, mode: { kind: "browse" } }),
};

const deleteKey: Key = { source: "sessions-delete.delete", label: "delete", run: deleteTargets };
const backupsKey: Key = { source: "sessions-delete.backups", label: "backups", run: toggleBackups };

function renameKeys(field: TextField): readonly Key[] {
  return [
    {
      source: "sessions-edit.done",
      label: "rename",
      unavailable: () => (field.text.trim() === "" ? "a title needs at least one character" : null),
      run: finishRename,
    },
    { ...backToList, source: "sessions-edit.back" },
  ];
}

function tagKeys(field: TextField): readonly Key[] {
  return [
    {
      source: "sessions-edit.done",
      label: "tag",
      unavailable: () => {
        if (field.text.trim() === "") return "no tag is given";
        const wrong = wrongTag(field.text);
        return wrong === null ? null : `${wrong} can't be a tag`;
      },
      run: finishTag,
    },
    { ...backToList, source: "sessions-edit.back" },
  ];
}

function keysOf(dialog: SessionsDialog): readonly Key[] {
  switch (dialog.mode.kind) {
    case "rename":
      return renameKeys(dialog.mode.field);
    case "tag":
      return tagKeys(dialog.mode.field);
    case "delete":
      return (dialog.mode.going?.copies.length ?? 0) > 0
        ? [deleteKey, backupsKey, backToList]
        : [deleteKey, backToList];
    default: {
      if (dialog.isTyping && dialog.filter.text !== "") return browseKeys;
      const [first, ...others] = browseKeys;
      return first === undefined ? [blankMarkKey] : [first, blankMarkKey, ...others];
    }
  }
}

function editText(
  dialog: SessionsDialog,
  edit: (field: TextField) => TextField | undefined,
): SessionsDialog | undefined {
  const { mode } = dialog;
  if (mode.kind === "rename" || mode.kind === "tag") {
    const field = edit(mode.field);
    return field === undefined ? undefined : { ...dialog, mode: { ...mode, field } };
  }
  if (mode.kind === "delete") return undefined;
  const filter = edit(dialog.filter);
  if (filter === undefined) return undefined;
  if (filter.text === dialog.filter.text) return { ...dialog, filter };
  return { ...dialog, filter, selected: 0, isTyping: true, isShifted: false, isClicked: false, preview: null };
}

/** Where the filter has changed, the index is asked as well. */
function putText(state: UiState, before: SessionsDialog, after: SessionsDialog): Change {
  if (before.filter.text === after.filter.text) return put(state, after);
  const found = putFilter(state, before, after);
  // The next key may open what is found: it is looked for among all.
  return after.isPartial ? change(found.state, { type: "read-sessions", limit: null }, ...found.effects) : found;
}

function putFilter(state: UiState, before: SessionsDialog, after: SessionsDialog): Change {
  const query = after.filter.text;
  // The list is whole again: the session that was found stays chosen.
  if (query === "") return put(state, { ...keepChosen(before, { ...after, hits: null }, state), isShifted: false });
  if (query.trim().length < searchLengthMin) return put(state, { ...after, hits: null });
  return change(put(state, after).state, { type: "search-sessions", query });
}

export const sessionsDialog: DialogModule<SessionsDialog> = {
  keys: keysOf,
  type: (dialog, key, state) => {
    const next = editText(dialog, (field) => editField(field, key));
    return next === undefined ? undefined : putText(state, dialog, next);
  },
  paste: (dialog, text, state) =>
    putText(state, dialog, editText(dialog, (field) => insertIntoField(field, text)) ?? dialog),
  wheel: (dialog, direction, state) =>
    dialog.mode.kind === "browse"
      ? moveTo(dialog, clampSelection(dialog.selected + direction, shownRows(dialog, state).length), state)
      : change(state),
  click: (dialog, item, state) => {
    if (dialog.mode.kind !== "browse") return change(state);
    const moved = moveTo(dialog, item, state);
    return { ...moved, state: updateDialog(moved.state, "sessions", (next) => ({ ...next, isClicked: true })) };
  },
  doubleClick: (dialog, state) =>
    dialog.mode.kind === "browse" && dialog.isClicked && !dialog.isShifted ? open(dialog, state) : change(state),
  view: sessionsView,
};
