import { unreachable } from "../../lib/assert.ts";
import type { Effect } from "../effect.ts";
import { type Change, change, closeDialog, notify, openDialog, andThen, updateDialog, withDesk } from "../change.ts";
import type { DialogTable } from "../dialogs/dialog-module.ts";
import { modelItems } from "../dialogs/model-items.ts";
import { keptChoice } from "../dialogs/live-choice.ts";
import { isModelProblem } from "../../app/app.ts";
import type { KeyPress } from "../../term/key-press.ts";
import { shownEarlier } from "../recent-sessions.ts";
import { emptyField } from "../text-field.ts";
import {
  deskOf,
  isBusy,
  isLeft,
  isAnyAtWork,
  hasJobs,
  knownDesk,
  shownDesk,
  topDialog,
  type UiState,
} from "../state.ts";
import type { TimerName, UiMessage } from "../ui-message.ts";
import { updatePaste } from "./paste.ts";
import { askForPaths, followPathQuery, showPaths } from "./path-completion.ts";
import { listWasShown, onListTimer, readListLater, updatePicker } from "./update-picker.ts";
import { enterProject } from "./enter-project.ts";
import { searchProjects, updateProjects } from "./update-projects.ts";
import { runCommand, updateKey } from "./update-key.ts";
import { updateMouse } from "./update-mouse.ts";
import { updateSessionEvent } from "./update-session-event.ts";
import { updateSessionRead } from "./update-session-read.ts";
import { useModel } from "./use-model.ts";
import { withoutLeft } from "./without-left.ts";
import { withQueue } from "./with-queue.ts";

type MessageOf<T extends UiMessage["type"]> = Extract<UiMessage, { type: T }>;

/** Letters by what they type (`G`, `?`), everything else by the key's name. */
function canonical(key: KeyPress): KeyPress {
  const isTyped = key.text !== null && key.text !== " " && !/(?:ctrl|alt|super)\+/u.test(key.name);
  return isTyped && key.text !== null ? { ...key, name: key.text } : key;
}

function onProvidersRead(state: UiState, message: MessageOf<"providers-read">): Change {
  const next = { ...state, providers: message.providers };
  if (message.purpose === "onboarding") {
    const opened = openDialog(next, {
      kind: "onboarding",
      servers: null,
      selected: 0,
      step: "choose",
      filter: emptyField,
    });
    return change(opened, { type: "detect-servers" });
  }
  const items = modelItems(message.providers);
  const model = state.session?.model;
  const current =
    model === undefined || isModelProblem(model)
      ? 0
      : items.findIndex((item) => item.providerId === model.choice.provider && item.model.id === model.choice.model);
  return change(
    openDialog(next, { kind: "models", size: "large", items, filter: emptyField, selected: Math.max(0, current) }),
  );
}

function onServersFound(state: UiState, message: MessageOf<"servers-found">): Change {
  return change(
    updateDialog(state, "onboarding", (dialog) => ({
      ...dialog,
      servers: message.servers,
      // A found server comes first in the list; what the person had chosen meanwhile stays chosen.
      selected:
        dialog.selected === 0 || dialog.step !== "choose" ? dialog.selected : dialog.selected + message.servers.length,
    })),
  );
}

function onKeySaved(state: UiState, message: MessageOf<"key-saved">): Change {
  const dialog = state.dialogs.find((open) => open.kind === "key");
  const closed = closeDialog(state, "key");
  const known = notify(closed, { tone: "success", text: "The key is stored" });
  if (dialog?.kind !== "key" || dialog.providerId !== message.providerId) return known;
  return andThen(known, (next) => useModel(next, { ...dialog.item, isUsable: true }, dialog.use));
}

function onPromptReturned(state: UiState, message: MessageOf<"prompt-returned">): Change {
  const { sessionId, text } = message;
  if (knownDesk(state, sessionId) === undefined) return change(state);
  const attachments = [...message.attachments, ...deskOf(state, sessionId).attachments];
  const next = withDesk(state, sessionId, { attachments, isWarned: message.warning !== null });
  return change(next, { type: "write-before", sessionId, text });
}

function onTurnSettled(state: UiState, message: MessageOf<"turn-settled">): Change {
  const { sessionId } = message;
  const { activity } = deskOf(state, sessionId);
  // A turn whose end was announced left its own mark; without one (refused, shell) the desk is cleared here.
  if (activity.kind === "idle" || isLeft(activity)) return change(state);
  return change(withDesk(state, sessionId, { activity: { kind: "idle" } }));
}

function onTimer(state: UiState, timer: TimerName): Change {
  switch (timer) {
    case "notice":
      return change({ ...state, notices: state.notices.filter((notice) => notice.tone === "error") });
    case "complete":
      return askForPaths(state);
    case "cancel-armed":
      return change({ ...state, cancelArmedUntilMs: 0 });
    case "list":
      return onListTimer(state);
    case "projects":
      return searchProjects(state);
    case "grace":
    case "spinner":
      return change(state);
    default:
      return unreachable(timer);
  }
}

function onEditorChanged(state: UiState, message: MessageOf<"editor-changed">): Change {
  return followPathQuery({ ...state, editor: message.editor });
}

function onGrantsRead(state: UiState, message: MessageOf<"grants-read">): Change {
  const items = message.grants;
  if (topDialog(state)?.kind !== "grants") return change(openDialog(state, { kind: "grants", items, selected: 0 }));
  return change(
    updateDialog(state, "grants", (dialog) => ({
      ...keptChoice(dialog, dialog.items, items),
      items,
    })),
  );
}

function onRecentsRead(state: UiState, message: MessageOf<"recents-read">): Change {
  const { sessions, numbered, questions } = message;
  const titled = [...sessions, ...numbered.filter((session) => session !== null)]
    .filter(({ id }) => knownDesk(state, id) === undefined)
    .reduce((next, { id, title }) => withDesk(next, id, { title }), state);
  const earlier = { order: sessions.map(({ id }) => id), numbered: numbered.map((session) => session?.id ?? null) };
  const ended = message.unseenEnds
    .filter(({ sessionId }) => sessionId !== state.session?.id && !isBusy(deskOf(state, sessionId)))
    .reduce((next, { sessionId, title, reason }) => withDesk(next, sessionId, { title, unseen: reason }), titled);
  const others = message.paused.filter((sessionId) => sessionId !== state.session?.id);
  const known = change(
    { ...ended, recent: shownEarlier(state.recent, earlier) },
    ...others.flatMap((sessionId): Effect[] => [
      { type: "read-title", sessionId },
      { type: "read-queue", sessionId },
    ]),
  );
  // The shown session's own came when it was opened.
  return questions
    .filter(({ sessionId }) => sessionId !== state.session?.id)
    .reduce((before, request) => {
      const event = { type: "permission-asked", sessionId: request.sessionId, request, origin: "left" } as const;
      return andThen(before, (next) => updateSessionEvent(next, event));
    }, known);
}

function onViewRestored(state: UiState, message: MessageOf<"view-restored">): Change {
  const { sessionId, view } = message;
  const { dialogs = [], questions = [] } = view ?? {};
  const attachments = [...message.attachments, ...deskOf(state, sessionId).attachments];
  return change(withDesk(state, sessionId, { attachments, dialogs, questions }));
}

function onTitled(state: UiState, { sessionId, title, isAsking }: MessageOf<"session-titled">): Change {
  const desk = deskOf(state, sessionId);
  const titled = desk.title === title ? state : withDesk(state, sessionId, { title });
  // Another window has answered, or the session went on without.
  const isOver = isLeft(desk.activity) && !isAsking;
  return change(isOver ? withDesk(titled, sessionId, { activity: { kind: "idle" } }) : titled);
}

function onAttachment(state: UiState, message: MessageOf<"attachment-ready">): Change {
  const { attachments } = deskOf(state, message.sessionId);
  // The session was deleted meanwhile.
  if (knownDesk(state, message.sessionId) === undefined) return change(state);
  return change(withDesk(state, message.sessionId, { attachments: [...attachments, message.attachment] }));
}

/** What the person did. */
function updateInput(state: UiState, message: UiMessage, dialogs: DialogTable): Change | undefined {
  switch (message.type) {
    case "key":
      return updateKey(state, canonical(message.key), dialogs);
    case "paste":
      return updatePaste(state, message.text, dialogs);
    case "mouse":
      return updateMouse(state, message, dialogs);
    case "resize":
      return change({ ...state, size: message.size, selection: null });
    case "background":
      return change({ ...state, appearance: message.appearance });
    case "focus":
      return change({ ...state, hasTerminalFocus: message.isFocused });
    case "command":
      return runCommand(state, message.command, message.argument);
    case "editor-changed":
      return onEditorChanged(state, message);
    default:
      return undefined;
  }
}

/** What was read. */
function updateRead(state: UiState, message: UiMessage): Change | undefined {
  switch (message.type) {
    case "providers-read":
      return onProvidersRead(state, message);
    case "servers-found":
      return onServersFound(state, message);
    case "grants-read":
      return onGrantsRead(state, message);
    case "queue-read":
      return change(withQueue(state, message.sessionId, message.queue));
    case "recents-read":
      return onRecentsRead(state, message);
    case "session-titled":
      return onTitled(state, message);
    case "files-named":
      return change(openDialog(state, { kind: "files", items: message.files, selected: 0 }));
    case "paths-completed":
      return change(showPaths(state, message.query, message.paths).state);
    default:
      return undefined;
  }
}

/** What the program did or found out. */
function updateOutcome(state: UiState, message: UiMessage): Change {
  switch (message.type) {
    case "timer":
      return onTimer(state, message.timer);
    case "session-event":
      return readListLater(updateSessionEvent(state, message.event));
    case "session-read":
      return updateSessionRead(state, message);
    case "view-restored":
      return onViewRestored(state, message);
    case "session-left":
      return change(withoutLeft(state, message.sessionId));
    case "attachment-ready":
      return onAttachment(state, message);
    case "prompt-returned":
      return onPromptReturned(state, message);
    case "turn-settled":
      return onTurnSettled(state, message);
    case "key-saved":
      return onKeySaved(state, message);
    case "key-refused":
      return change(updateDialog(state, "key", (dialog) => ({ ...dialog, isSaving: false })));
    case "default-model-saved":
      return change({ ...state, setting: { ...state.setting, hasDefaultModel: true } });
    case "notify":
      return notify(state, message);
    case "selection-expanded":
      return change({ ...state, selection: message.selection });
    case "shown-scroll":
      return change({
        ...listWasShown(state),
        dialogScrollMax: message.dialogScrollMax,
        listFirst: message.listFirst,
      });
    default:
      return change(state);
  }
}

/** The next state and what is to be done. Pure: `state.nowMs` is the time. */
export function update(state: UiState, message: UiMessage, dialogs: DialogTable): Change {
  const next = updated(state, message, dialogs);
  return isDone(next.state) ? andThen(next, leave) : next;
}

/** What the program waits for before it leaves has come. */
function isDone(state: UiState): boolean {
  const { leavesAfter } = state;
  if (leavesAfter === null || isAnyAtWork(state)) return false;
  return leavesAfter === "sessions" || !hasJobs(state);
}

function leave(state: UiState): Change {
  const left = { ...state, leavesAfter: null };
  if (state.destination === null) return change(left, { type: "quit" });
  return enterProject(left, state.destination, state.leavesAfter === "sessions" ? "jobs" : "nothing");
}

function updated(state: UiState, message: UiMessage, dialogs: DialogTable): Change {
  return (
    updateInput(state, message, dialogs) ??
    updatePicker(state, message) ??
    updateProjects(state, message) ??
    updateRead(state, message) ??
    updateOutcome(state, message)
  );
}

/** True while something moves on the shown screen by itself: then, and only then, a spinner turns. */
export function isAnimated(state: UiState): boolean {
  const { activity } = shownDesk(state);
  if (activity.kind === "idle") return false;
  return activity.kind === "shell" || activity.phase !== "permission";
}
