import type { SessionSummary } from "../../app/app.ts";
import type { SpanLine, Style } from "../../term/span-line.ts";
import { span, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { type Change, change, closeDialog, updateDialog } from "../change.ts";
import { ageText, plural } from "../format.ts";
import { highlightMatches } from "../../term/fuzzy-match.ts";
import type { UiState } from "../state.ts";
import { editField, fieldWith, insertIntoField, type TextField } from "../text-field.ts";
import type { SessionsDialog } from "./dialog.ts";
import { chosenSession, shownSessions } from "./session-list.ts";
import type { DialogKey, DialogModule, DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine } from "./field-line.ts";
import { type ListRow, listRows } from "./list-rows.ts";
import { clampSelection, moveSelection } from "./list-window.ts";

type Key = DialogKey<SessionsDialog>;

function put(state: UiState, dialog: SessionsDialog): Change {
  return change(updateDialog(state, "sessions", () => dialog));
}

function moved(dialog: SessionsDialog, delta: number): SessionsDialog {
  return { ...dialog, selected: moveSelection(dialog.selected, delta, shownSessions(dialog).length) };
}

function open(dialog: SessionsDialog, state: UiState): Change {
  const item = chosenSession(dialog);
  if (item === undefined) return change(state);
  const closed = closeDialog(state, "sessions");
  if (item.session.id === state.session?.id) return change(closed);
  return change(closed, { type: "open-session", sessionId: item.session.id });
}

/** Which session is shown after the chosen one is gone, if that is the one on the screen: its neighbour. */
function neighbour(dialog: SessionsDialog): SessionSummary | undefined {
  const shown = shownSessions(dialog);
  return shown[dialog.selected + 1] ?? shown[dialog.selected - 1];
}

function confirmDelete(dialog: SessionsDialog, state: UiState): Change {
  const item = chosenSession(dialog);
  if (item === undefined) return change(state);
  const next = put(state, { ...dialog, mode: { kind: "delete", details: null } });
  return change(next.state, { type: "read-details", sessionId: item.session.id });
}

function deleteChosen(dialog: SessionsDialog, state: UiState): Change {
  const item = chosenSession(dialog);
  if (item === undefined) return change(state);
  const next = neighbour(dialog)?.session.id ?? null;
  return change(put(state, { ...dialog, mode: { kind: "browse" } }).state, {
    type: "delete-session",
    sessionId: item.session.id,
    next,
  });
}

const browseKeys: readonly Key[] = [
  { keys: ["enter", "tab"], label: "open", run: open },
  { keys: ["up", "ctrl+p"], label: "", run: (dialog, state) => put(state, moved(dialog, -1)) },
  { keys: ["down", "ctrl+n"], label: "", run: (dialog, state) => put(state, moved(dialog, 1)) },
  {
    keys: ["pageUp"],
    label: "",
    run: (dialog, state) => put(state, { ...dialog, selected: Math.max(0, dialog.selected - 10) }),
  },
  {
    keys: ["pageDown"],
    label: "",
    run: (dialog, state) => {
      return put(state, { ...dialog, selected: clampSelection(dialog.selected + 10, shownSessions(dialog).length) });
    },
  },
  {
    keys: ["ctrl+t"],
    label: "new",
    run: (_dialog, state) => change(closeDialog(state, "sessions"), { type: "new-session", prompt: "" }),
  },
  {
    keys: ["ctrl+r"],
    label: "rename",
    unavailable: (dialog) => (chosenSession(dialog) === undefined ? "no session is chosen" : null),
    run: (dialog, state) => {
      const field = fieldWith(chosenSession(dialog)?.session.title ?? "");
      return put(state, { ...dialog, mode: { kind: "rename", field } });
    },
  },
  {
    keys: ["ctrl+x"],
    label: "delete",
    unavailable: (dialog) => (chosenSession(dialog) === undefined ? "no session is chosen" : null),
    run: confirmDelete,
  },
  { keys: ["escape"], label: "close", run: (_dialog, state) => change(closeDialog(state, "sessions")) },
];

const backToList: Key = {
  keys: ["escape", "n"],
  label: "keep",
  run: (dialog, state) => put(state, { ...dialog, mode: { kind: "browse" } }),
};

const deleteKeys: readonly Key[] = [{ keys: ["y"], label: "delete", run: deleteChosen }, backToList];

function renameKeys(field: TextField): readonly Key[] {
  return [
    {
      keys: ["enter"],
      label: "rename",
      unavailable: () => (field.text.trim() === "" ? "a title needs at least one character" : null),
      run: (dialog, state) => {
        const next = put(state, { ...dialog, mode: { kind: "browse" } }).state;
        const item = chosenSession(dialog);
        if (item === undefined) return change(next);
        return change(next, { type: "rename-session", sessionId: item.session.id, title: field.text.trim() });
      },
    },
    { ...backToList, keys: ["escape"] },
  ];
}

function editText(
  dialog: SessionsDialog,
  edit: (field: TextField) => TextField | undefined,
): SessionsDialog | undefined {
  if (dialog.mode.kind === "rename") {
    const field = edit(dialog.mode.field);
    return field === undefined ? undefined : { ...dialog, mode: { kind: "rename", field } };
  }
  if (dialog.mode.kind === "delete") return undefined;
  const filter = edit(dialog.filter);
  return filter === undefined
    ? undefined
    : { ...dialog, filter, selected: filter.text === dialog.filter.text ? dialog.selected : 0 };
}

const stateMarks = { idle: " ", running: "●", waiting: "?", failed: "✗" } as const;

function stateStyle(theme: Theme, state: SessionSummary["state"]): SpanLine[number]["style"] {
  if (state === "failed") return theme.error;
  return state === "waiting" ? theme.warning : theme.success;
}

function sessionRow(item: SessionSummary, dialog: SessionsDialog, context: DialogViewContext): ListRow {
  const { state, theme } = context;
  const isOpen = item.session.id === state.session?.id;
  const title = sanitizeLine(item.session.title) || "untitled";
  const left = [
    span(`${stateMarks[item.state]} `, stateStyle(theme, item.state)),
    ...highlightMatches(title, dialog.filter.text, {
      text: isOpen ? theme.strong : theme.text,
      matched: theme.matched,
    }),
    span(isOpen ? " (open)" : "", theme.muted),
  ];
  const age = ageText(item.session.updatedAt, state.nowMs).padStart(6);
  const count = `${item.session.messageCount}`.padStart(5);
  const model = sanitizeLine(item.model ?? "–")
    .slice(0, 18)
    .padEnd(18);
  const isWide = context.area.columns >= 76;
  const facts = `${age} ${count} ${isWide ? `${model} ` : ""}${item.hash.slice(0, 7)}`;
  return { left, right: [span(facts, theme.muted)] };
}

/** Names of the columns on the right; as wide as `sessionRow` makes them. */
function headLine({ theme, area }: DialogViewContext, width: number): SpanLine {
  const names = `${"age".padStart(6)} ${"rows".padStart(5)} ${area.columns >= 76 ? "model".padEnd(19) : ""}${"id".padEnd(7)}`;
  return [span(names.padStart(width), theme.faint)];
}

function deleteLines(
  dialog: SessionsDialog,
  { theme, width }: { readonly theme: Theme; readonly width: number },
): SpanLine[] {
  if (dialog.mode.kind !== "delete") return [];
  const item = chosenSession(dialog);
  if (item === undefined) return [];
  const { details } = dialog.mode;
  const messages = plural(details?.metrics.messageCount ?? item.session.messageCount, "message");
  const files = details === null ? "" : `, the history of ${plural(details.metrics.files.length, "changed file")}`;
  const running =
    item.state === "running" || item.state === "waiting" ? " It is running and will be stopped first." : "";
  const wrapped = (text: string, style: Style): SpanLine[] => wrapSpans([span(text, style)], width);
  return [
    [],
    ...wrapped(`Delete “${sanitizeLine(item.session.title)}”?`, theme.warning),
    ...wrapped(`${messages}${files} and its usage figures go, with its sub-sessions.${running}`, theme.text),
    ...wrapped("This can't be undone. Files of the project stay as they are.", theme.muted),
  ];
}

function view(dialog: SessionsDialog, context: DialogViewContext): DialogView {
  const { theme, area } = context;
  const width = Math.min(area.columns, 96);
  const shown = shownSessions(dialog);
  const isRenaming = dialog.mode.kind === "rename";
  const field = isRenaming && dialog.mode.kind === "rename" ? dialog.mode.field : dialog.filter;
  const entry = fieldLine(field, {
    label: isRenaming ? "New title: " : "Filter: ",
    placeholder: isRenaming ? "" : "type to search titles and ids",
    width,
    theme,
  });
  const question = deleteLines(dialog, { theme, width });
  const list = listRows({
    count: shown.length,
    selected: dialog.selected,
    width,
    height: Math.max(1, Math.min(area.rows - 3 - question.length, Math.max(6, dialog.items.length))),
    theme,
    empty: dialog.items.length === 0 ? "no sessions" : "no session matches",
    row: (index) => {
      const item = shown[index];
      return item === undefined ? { left: [] } : sessionRow(item, dialog, context);
    },
  });
  const body = [entry.line, headLine(context, width), ...list.rows, ...question];
  return {
    title: `Sessions (${shown.length === dialog.items.length ? shown.length : `${shown.length} of ${dialog.items.length}`})`,
    width,
    body,
    items: [null, null, ...list.items, ...question.map(() => null)],
    ...(dialog.mode.kind === "delete" ? {} : { cursor: { row: 0, column: entry.column } }),
  };
}

export const sessionsDialog: DialogModule<SessionsDialog> = {
  keys: (dialog) => {
    if (dialog.mode.kind === "rename") return renameKeys(dialog.mode.field);
    return dialog.mode.kind === "delete" ? deleteKeys : browseKeys;
  },
  type: (dialog, key, state) => {
    const next = editText(dialog, (field) => editField(field, key));
    return next === undefined ? undefined : put(state, next);
  },
  paste: (dialog, text, state) => put(state, editText(dialog, (field) => insertIntoField(field, text)) ?? dialog),
  wheel: (dialog, direction, state) =>
    dialog.mode.kind === "browse"
      ? put(state, { ...dialog, selected: clampSelection(dialog.selected + direction, shownSessions(dialog).length) })
      : change(state),
  click: (dialog, item, state) => {
    if (dialog.mode.kind !== "browse") return change(state);
    return item === dialog.selected ? open(dialog, state) : put(state, { ...dialog, selected: item });
  },
  view,
};
