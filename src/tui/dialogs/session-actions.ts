/** What the picker does to the sessions that are marked, or to the chosen one. */
import type { SessionId } from "../../schema/ids.ts";
import { type Change, change, closeDialog, notify, updateDialog, withDesk } from "../change.ts";
import { dialogKeyLabel, keyLabelOf } from "../commands/shown-keys.ts";
import type { FoundMessage } from "../found-message.ts";
import { plural } from "../format.ts";
import { nowAtHand, numberOf } from "../recent-sessions.ts";
import type { UiState } from "../state.ts";
import { emptyField, fieldWith } from "../text-field.ts";
import { justChanged } from "./live-choice.ts";
import {
  chosenId,
  chosenRow,
  itemOf,
  markedOf,
  type PickerRows,
  shownRows,
  targets,
  titleOf,
  topmost,
} from "./session-list.ts";
import type { PickerRow, SessionsDialog, SessionSorting, SortingStep } from "./sessions-dialog.ts";
import { tagWords } from "./tag-words.ts";

export function put(state: UiState, dialog: SessionsDialog): Change {
  return change(updateDialog(state, "sessions", () => dialog));
}

/** Why an action can do nothing now; null: it can. */
export function noTarget(dialog: SessionsDialog, state: UiState): string | null {
  if (dialog.isShifted) return justChanged;
  return targets(dialog, state).length === 0 ? "no session is chosen" : null;
}

/** Why the row under the cursor can't be marked. */
export function noMark(dialog: SessionsDialog, state: UiState): string | null {
  if (dialog.isShifted) return justChanged;
  const id = chosenId(dialog, state);
  if (id === null) return "no session is chosen";
  return itemOf(dialog, id) === undefined ? "it is below another session, and can be marked there" : null;
}

export function notOne(dialog: SessionsDialog, state: UiState): string | null {
  const reason = noTarget(dialog, state);
  if (reason !== null) return reason;
  return targets(dialog, state).length > 1 ? "one session at a time: take the marks away" : null;
}

export function open(dialog: SessionsDialog, state: UiState): Change {
  const id = chosenId(dialog, state);
  if (id === null) return change(state);
  const closed = closeDialog(state, "sessions");
  const at = foundMessage(chosenRow(dialog, state), dialog);
  if (id !== state.session?.id) return change(closed, { type: "open-session", sessionId: id, ...(at && { at }) });
  return change(closed, ...(at === undefined ? [] : [{ type: "show-message", at } as const]));
}

/** Where a message was found, the session is shown there. */
function foundMessage(row: PickerRow | undefined, { hits }: SessionsDialog): FoundMessage | undefined {
  if (row?.kind !== "hit" || row.hit.messageId === null) return undefined;
  return { messageId: row.hit.messageId, words: hits?.words ?? [] };
}

/** Kept at hand in this window, without leaving the shown one. */
export function openInBackground(dialog: SessionsDialog, state: UiState): Change {
  const ids = targets(dialog, state);
  const recent = nowAtHand(state.recent, ids);
  const next = ids.reduce(
    (known, id) => withDesk(known, id, { title: titleOf(dialog, id) ?? "" }),
    put({ ...state, recent }, { ...dialog, marked: new Set() }).state,
  );
  const keys = ids.map((id) => keyLabelOf(state, `session-${numberOf(recent, id)}`)).filter((key) => key !== "");
  const noticed = notify(next, {
    tone: "info",
    text: `${plural(ids.length, "session")} opened in the background`,
    hint: keys.length === 0 ? "" : `${keys.join(", ")} leads there`,
  });
  return change(
    noticed.state,
    ...noticed.effects,
    ...ids.map((sessionId) => ({ type: "prepare-session", sessionId }) as const),
  );
}

export function toggleMark(dialog: SessionsDialog, state: UiState): Change {
  const id = chosenId(dialog, state);
  if (id === null || itemOf(dialog, id) === undefined) return change(state);
  const marked = new Set(dialog.marked);
  if (!marked.delete(id)) marked.add(id);
  const last = shownRows(dialog, state).length - 1;
  return put(state, { ...dialog, marked, selected: Math.min(dialog.selected + 1, Math.max(0, last)) });
}

export function startRename(dialog: SessionsDialog, state: UiState): Change {
  const [sessionId] = targets(dialog, state);
  const title = sessionId === undefined ? null : titleOf(dialog, sessionId);
  if (sessionId === undefined || title === null) return change(state);
  return put(state, { ...dialog, mode: { kind: "rename", sessionId, title, field: fieldWith(title) } });
}

/** Never over a title that came meanwhile: it is shown, and a second enter means it. */
export function finishRename(dialog: SessionsDialog, state: UiState): Change {
  const { mode } = dialog;
  if (mode.kind !== "rename") return change(state);
  const current = titleOf(dialog, mode.sessionId);
  if (current === null) {
    const gone = put(state, { ...dialog, mode: { kind: "browse" } }).state;
    return notify(gone, { tone: "warning", text: "The session is gone: it was deleted meanwhile" });
  }
  if (current !== mode.title) {
    const shown = put(state, { ...dialog, mode: { ...mode, title: current } }).state;
    return notify(shown, {
      tone: "warning",
      text: `The title was changed meanwhile, to “${current}”`,
      hint: `${dialogKeyLabel(state, "sessions-edit.done")} again replaces it, ${dialogKeyLabel(state, "sessions-edit.back")} keeps it`,
    });
  }
  const next = put(state, { ...dialog, mode: { kind: "browse" } }).state;
  const { sessionId, title: expected, field } = mode;
  return change(next, { type: "rename-session", sessionId, title: field.text.trim(), expected });
}

export function startTag(dialog: SessionsDialog, state: UiState): Change {
  return put(state, { ...dialog, mode: { kind: "tag", ids: targets(dialog, state), field: emptyField } });
}

export function finishTag(dialog: SessionsDialog, state: UiState): Change {
  const { mode } = dialog;
  if (mode.kind !== "tag") return change(state);
  const { added, removed } = tagWords(mode.field.text);
  const next = { ...dialog, marked: new Set<SessionId>(), mode: { kind: "browse" } as const };
  const steps: readonly SortingStep[] = [
    { ids: mode.ids, action: { verb: "tag", tags: added } },
    { ids: mode.ids, action: { verb: "untag", tags: removed } },
  ];
  const asked = steps.filter(({ action }) => "tags" in action && action.tags.length > 0);
  return change(put(state, next).state, { type: "sort-sessions", steps: asked, isUndo: false });
}

function sort(ids: readonly SessionId[], action: SessionSorting) {
  return { type: "sort-sessions", steps: [{ ids, action }], isUndo: false } as const;
}

/** Pins; where all are pinned already, takes the pins away. */
export function togglePin(dialog: SessionsDialog, state: UiState): Change {
  const ids = targets(dialog, state);
  const isOn = ids.every((id) => itemOf(dialog, id)?.isPinned === true);
  const next = put(state, { ...dialog, marked: new Set() }).state;
  return change(next, sort(ids, { verb: isOn ? "unpin" : "pin" }));
}

export function toggleArchive(dialog: SessionsDialog, state: UiState): Change {
  const ids = targets(dialog, state);
  const isOn = ids.every((id) => itemOf(dialog, id)?.isArchived === true);
  const next = put(state, { ...dialog, marked: new Set() }).state;
  return change(next, sort(ids, { verb: isOn ? "unarchive" : "archive" }));
}

export function undo(dialog: SessionsDialog, state: UiState): Change {
  if (dialog.undo === null) return change(state);
  const { steps } = dialog.undo;
  return change(put(state, { ...dialog, undo: null }).state, { type: "sort-sessions", steps, isUndo: true });
}

export function fork(dialog: SessionsDialog, state: UiState): Change {
  const row = chosenRow(dialog, state);
  const [sessionId] = targets(dialog, state);
  if (sessionId === undefined) return change(state);
  const at = row?.kind === "hit" && dialog.marked.size === 0 ? row.hit.messageId : null;
  const target = at === null ? {} : { at };
  return change(state, { type: "fork-session", sessionId, target, isOpened: false });
}

export function copyId(dialog: SessionsDialog, state: UiState): Change {
  const ids = targets(dialog, state);
  return change(state, { type: "copy-text", text: ids.join("\n"), what: ids.length === 1 ? "Id" : "Ids" });
}

export function confirmDelete(dialog: SessionsDialog, state: UiState): Change {
  // What is below a session goes with it.
  const ids = topmost(dialog, targets(dialog, state));
  if (ids.length === 0) return change(state);
  const next = put(state, { ...dialog, mode: { kind: "delete", ids, going: null, withBackups: false } }).state;
  return change(next, { type: "read-going", ids });
}

export function toggleBackups(dialog: SessionsDialog, state: UiState): Change {
  const { mode } = dialog;
  if (mode.kind !== "delete") return change(state);
  return put(state, { ...dialog, mode: { ...mode, withBackups: !mode.withBackups } });
}

/** What is shown after the open session is gone, if it is among them: the nearest that stays. */
export function deleteTargets(dialog: SessionsDialog, state: UiState): Change {
  const { mode } = dialog;
  if (mode.kind !== "delete") return change(state);
  const going = new Set(mode.ids);
  const nextId = nearestStaying(shownRows(dialog, state), dialog.selected, going);
  return change(put(state, { ...dialog, marked: new Set(), mode: { kind: "browse" } }).state, {
    type: "delete-sessions",
    ids: mode.ids,
    next: nextId,
    withBackups: mode.withBackups,
  });
}

/** Below the cursor, else above it. */
function nearestStaying(rows: PickerRows, from: number, going: ReadonlySet<SessionId>): SessionId | null {
  const stays = (place: number): SessionId | null => {
    const row = rows.at(place);
    return row?.kind === "session" && !going.has(row.item.session.id) ? row.item.session.id : null;
  };
  for (let place = from; place < rows.length; place += 1) {
    const id = stays(place);
    if (id !== null) return id;
  }
  for (let place = from - 1; place >= 0; place -= 1) {
    const id = stays(place);
    if (id !== null) return id;
  }
  return null;
}

/** Shows the children of the chosen session under it, or hides them. */
export function toggleChildren(dialog: SessionsDialog, state: UiState): Change {
  const row = chosenRow(dialog, state);
  if (row?.kind !== "session") return change(state);
  const { id } = row.item.session;
  if (!dialog.unfolded.has(id)) return change(state, { type: "read-children", sessionId: id });
  const unfolded = new Map(dialog.unfolded);
  unfolded.delete(id);
  const folded = { ...dialog, unfolded };
  return put(state, { ...folded, marked: markedOf(folded) });
}

export function noChildren(dialog: SessionsDialog, state: UiState): string | null {
  const row = chosenRow(dialog, state);
  if (row?.kind !== "session") return "no session is chosen";
  return row.item.figures.childCount === 0 ? "it has no child sessions" : null;
}
