/** What the program found out for the list of sessions. */
import type { SessionId } from "../../schema/ids.ts";
import { type Change, change, notify, openDialog, updateDialog } from "../change.ts";
import { keyHint } from "../commands/shown-keys.ts";
import { idOf, keepChosen, placeOf, shownRows } from "../dialogs/session-list.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import { withPreview } from "../dialogs/hit-preview.ts";
import { searchedPart } from "../dialogs/session-filter.ts";
import { searchLengthMin, type SessionsDialog } from "../dialogs/sessions-dialog.ts";
import type { Effect } from "../effect.ts";
import { plural } from "../format.ts";
import type { UiState } from "../state.ts";
import { emptyField } from "../text-field.ts";
import type { UiMessage } from "../ui-message.ts";

type MessageOf<T extends UiMessage["type"]> = Extract<UiMessage, { type: T }>;

/** The newest come first, so that the list is there at once; the others a moment later. */
export const firstSessions = 200;
const othersDelayMs = 30;

/** The list as it opens, the shown session chosen. */
function newSessionsDialog(
  read: Pick<SessionsDialog, "items" | "isPartial" | "databaseBytes" | "readAtMs">,
): SessionsDialog {
  return {
    kind: "sessions",
    ...read,
    filter: emptyField,
    selected: 0,
    marked: new Set(),
    unfolded: new Map(),
    hits: null,
    searched: null,
    preview: null,
    undo: null,
    isTyping: false,
    isClicked: false,
    isShifted: false,
    isStale: false,
    mode: { kind: "browse" },
  };
}

function pickerOf(state: UiState): SessionsDialog | undefined {
  return state.dialogs.find((dialog) => dialog.kind === "sessions");
}

function listTimer(delayMs: number): Effect {
  return { type: "start-timer", timer: "list", delayMs, isWork: true };
}

function onSessionsRead(state: UiState, { type: _, ...message }: MessageOf<"sessions-read">): Change {
  const read = { ...message, readAtMs: state.nowMs };
  const known = pickerOf(state);
  const more = read.isPartial ? [listTimer(othersDelayMs)] : [];
  if (known !== undefined) {
    const unfolded = read.isPartial ? known.unfolded : stillUnfolded(known.unfolded, read.items);
    const next = keepChosen(known, { ...known, ...read, unfolded, isStale: false }, state);
    const query = known.filter.text;
    return change(
      updateDialog(state, "sessions", () => next),
      ...more,
      ...Array.from(unfolded.keys(), (sessionId) => ({ type: "read-children", sessionId }) as const),
      // What made the list be read anew may have changed what a search says of it.
      ...(searchedPart(query) === "" ? [] : [{ type: "search-sessions", query } as const]),
    );
  }
  const dialog = newSessionsDialog(read);
  return change(openDialog(state, { ...dialog, selected: placeOfShown(dialog, state) }), ...more);
}

/** Without the children of sessions that are gone. */
function stillUnfolded(
  unfolded: SessionsDialog["unfolded"],
  items: SessionsDialog["items"],
): SessionsDialog["unfolded"] {
  if (unfolded.size === 0) return unfolded;
  const left = new Map<SessionId, NonNullable<ReturnType<(typeof unfolded)["get"]>>>();
  for (const { session } of items) {
    const children = unfolded.get(session.id);
    if (children !== undefined) left.set(session.id, children);
  }
  return left;
}

/** Where the shown session stands as long as nothing is filtered. */
function placeOfShown(dialog: SessionsDialog, state: UiState): number {
  return Math.max(
    0,
    placeOf(shownRows(dialog, state), (row) => idOf(row) === state.session?.id),
  );
}

const fewSessions = 1000;

/**
 * Events come by the hundred, and reading ten thousand sessions takes a while: the list is read once for all that
 * happens within a moment.
 */
export function readListLater(next: Change): Change {
  const effects = next.effects.filter((effect) => effect.type !== "read-sessions");
  if (effects.length === next.effects.length) return next;
  const dialog = pickerOf(next.state);
  if (dialog === undefined || dialog.isStale) return change(next.state, ...effects);
  const stale = updateDialog(next.state, "sessions", (open) => ({ ...open, isStale: true }));
  return change(stale, ...effects, listTimer(dialog.items.length < fewSessions ? 50 : 400));
}

export function onListTimer(state: UiState): Change {
  const dialog = pickerOf(state);
  // What was typed may have had it read already.
  if (dialog === undefined || !(dialog.isPartial || dialog.isStale)) return change(state);
  return change(state, { type: "read-sessions", limit: null });
}

function onSearchRead(state: UiState, { query, result }: MessageOf<"search-read">): Change {
  const dialog = pickerOf(state);
  if (dialog === undefined || dialog.filter.text !== query) return change(state);
  const { hits, isIndexed, isComplete, words } = result;
  const next = keepChosen(dialog, { ...dialog, hits: { query, hits, isIndexed, isComplete, words } }, state);
  return withPreview(
    updateDialog(state, "sessions", () => next),
    next,
  );
}

/** What was looked for before all was in the index may be found now. */
function onSearchIndexed(state: UiState): Change {
  const dialog = pickerOf(state);
  if (dialog?.hits?.isIndexed !== false) return change(state);
  return change(state, { type: "search-sessions", query: dialog.filter.text });
}

function onSessionsSearched(state: UiState, { query, sessions }: MessageOf<"sessions-searched">): Change {
  const dialog = pickerOf(state);
  if (dialog === undefined || searchedPart(dialog.filter.text) !== query) return change(state);
  return change(updateDialog(state, "sessions", (open) => ({ ...open, searched: { query, sessions } })));
}

/** The session is deleted: the list shows no more what was said in it, and what is just being found is found again. */
export function withoutHits(state: UiState, sessionId: SessionId): Change {
  const dialog = pickerOf(state);
  const query = dialog?.filter.text ?? "";
  if (dialog === undefined || query.trim().length < searchLengthMin) return change(state);
  const hits = dialog.hits?.hits.filter((hit) => hit.sessionId !== sessionId) ?? [];
  const left = dialog.hits === null ? null : { ...dialog.hits, hits };
  const next = keepChosen(dialog, { ...dialog, hits: left, preview: null }, state);
  return change(
    updateDialog(state, "sessions", () => next),
    { type: "search-sessions", query },
  );
}

function onChildrenRead(state: UiState, { sessionId, children }: MessageOf<"children-read">): Change {
  const dialog = pickerOf(state);
  if (dialog === undefined) return change(state);
  const unfolded = new Map(dialog.unfolded).set(sessionId, children);
  if (children.length === 0) unfolded.delete(sessionId);
  const next = keepChosen(dialog, { ...dialog, unfolded }, state);
  return change(updateDialog(state, "sessions", () => next));
}

function onGoingRead(state: UiState, { ids, going }: MessageOf<"going-read">): Change {
  return change(
    updateDialog(state, "sessions", (dialog) =>
      dialog.mode.kind === "delete" && dialog.mode.ids === ids
        ? { ...dialog, mode: { ...dialog.mode, going } }
        : dialog,
    ),
  );
}

function isShifted(dialog: Dialog): dialog is Extract<Dialog, { isShifted?: boolean }> {
  return "isShifted" in dialog && dialog.isShifted;
}

/** A frame has shown the lists as they are. */
export function listWasShown(state: UiState): UiState {
  if (!isListShifted(state)) return state;
  const dialogs = state.dialogs.map((open) => (isShifted(open) ? { ...open, isShifted: false } : open));
  return { ...state, dialogs };
}

export function isListShifted({ dialogs }: UiState): boolean {
  return dialogs.some(isShifted);
}

const doneTexts = {
  pin: "pinned",
  unpin: "unpinned",
  archive: "archived",
  unarchive: "unarchived",
  tag: "tagged",
  untag: "untagged",
} as const;

/** Some sessions were sorted: it is said, and can be taken back. */
function onSessionsSorted(state: UiState, { ids, verb, undo, isUndo }: MessageOf<"sessions-sorted">): Change {
  const text = `${plural(ids.length, "session")} ${doneTexts[verb]}`;
  if (ids.length === 0) return change(state);
  const next = updateDialog(state, "sessions", (dialog) => ({
    ...dialog,
    undo: isUndo ? null : { text, steps: undo },
  }));
  return notify(next, {
    tone: "info",
    text,
    topic: "sorting",
    ...(isUndo ? {} : { hint: keyHint(next, "sessions.undo", "in the list takes it back") }),
  });
}

/** What was read for the list of sessions, or done from it. */
export function updatePicker(state: UiState, message: UiMessage): Change | undefined {
  switch (message.type) {
    case "sessions-read":
      return onSessionsRead(state, message);
    case "sessions-sorted":
      return onSessionsSorted(state, message);
    case "sessions-searched":
      return onSessionsSearched(state, message);
    case "search-indexed":
      return onSearchIndexed(state);
    case "search-read":
      return onSearchRead(state, message);
    case "message-found":
      return change(state, { type: "show-message", at: message.at });
    case "message-shown":
      return message.isThere
        ? change({ ...state, focus: "transcript" })
        : notify(state, { tone: "warning", text: "The message is gone: it was deleted meanwhile" });
    case "going-read":
      return onGoingRead(state, message);
    case "fork-progress":
      return change({ ...state, forkedPart: message.part });
    case "children-read":
      return onChildrenRead(state, message);
    case "preview-read": {
      const { messageId, lines } = message;
      return change(updateDialog(state, "sessions", (dialog) => ({ ...dialog, preview: { messageId, lines } })));
    }
    default:
      return undefined;
  }
}
