import { isModelProblem } from "../../app/app.ts";
import { branchChangeHint, branchChangeText } from "../../app/branch-change-text.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, notify, andThen, withDesk } from "../change.ts";
import { type Activity, deskOf, isLeft, knownDesk, type UiState } from "../state.ts";
import type { UiMessage } from "../ui-message.ts";
import { keyHint } from "../commands/shown-keys.ts";
import { asksForSetup } from "./ask-for-model.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import { ownDialogs, passingDialogs } from "../dialogs/own-dialogs.ts";
import { nowShown } from "../recent-sessions.ts";
import { closePermission, openPermission, prolonged, startGrace } from "./permission-queue.ts";
import { withQueue } from "./with-queue.ts";

type SessionRead = Extract<UiMessage, { type: "session-read" }>;

/** A question that was answered or given up meanwhile does not come back; the others get a grace of their own. */
function restoredDialogs(state: UiState, message: SessionRead): Dialog[] {
  const pending = new Set(message.permissions.map((request) => request.id));
  return deskOf(state, message.details.session.id).dialogs.flatMap((dialog): Dialog[] => {
    if (dialog.kind !== "permission") return [dialog];
    return pending.has(dialog.request.id) ? prolonged([dialog], state.nowMs) : [];
  });
}

function withDialogsKept(state: UiState, next: SessionId): UiState {
  const left = state.session?.id;
  // A session that was deleted has no desk any more.
  if (left === undefined || left === next || knownDesk(state, left) === undefined) return state;
  return withDesk(state, left, { dialogs: state.dialogs.filter(({ kind }) => ownDialogs.has(kind)) });
}

/** What events told of the session is newer than what was read; reading helps where a turn began unseen. */
function activityOf(state: UiState, message: SessionRead): Activity {
  const known = deskOf(state, message.details.session.id).activity;
  if (known.kind === "idle" || isLeft(known)) return message.activity;
  if (known.kind !== "turn" || message.activity.kind !== "turn") return known;
  // An event of a turn that was noticed in its midst says nothing of when it began.
  return { ...known, startedAtMs: message.activity.startedAtMs };
}

function opened(state: UiState, message: SessionRead): Change {
  const fresh: UiState = {
    ...state,
    focus: "editor",
    completion: null,
    search: null,
    selection: null,
    cancelArmedUntilMs: 0,
    notices: state.notices.filter((notice) => notice.tone !== "error"),
    dialogs: [
      ...state.dialogs.filter(({ kind }) => !ownDialogs.has(kind) && !passingDialogs.has(kind)),
      ...restoredDialogs(state, message),
    ],
  };
  const asked = message.permissions.reduce(
    (first, request) => andThen(first, (next) => openPermission(next, request, originOf(message))),
    change(fresh),
  );
  const { model, details } = message;
  const told = andThen(asked, (next) => branchNotice(next, details));
  if (!isModelProblem(model)) return told;
  if (model.code === "model-missing") return andThen(told, (next) => asksForSetup(next, model));
  return andThen(told, (next) => {
    const choice = keyHint(next, "command models", "chooses another model") || "/models chooses another model";
    const hint = model.code === "key-missing" ? `${model.hint} (${choice})` : choice;
    return notify(next, { tone: "warning", text: model.message, hint });
  });
}

function branchNotice(state: UiState, { branchChange, session }: SessionRead["details"]): Change {
  if (branchChange === null || session.messageCount === 0) return change(state);
  const text = sanitizeLine(branchChangeText(branchChange)).replace(/^t/u, "T");
  return notify(state, { tone: "warning", text, hint: sanitizeLine(branchChangeHint(branchChange)) });
}

function originOf({ activity }: SessionRead): "left" | null {
  return isLeft(activity) ? "left" : null;
}

/** Questions that a program left may have come (it died just now) or gone (another window answered) unseen. */
function withLeftQuestions(state: UiState, message: SessionRead): Change {
  const wanted = originOf(message) === null ? [] : message.permissions;
  const ids = new Set(wanted.map(({ id }) => id));
  const gone = state.dialogs.flatMap((open) =>
    open.kind === "permission" && open.origin === "left" && !ids.has(open.request.id) ? [open.request.id] : [],
  );
  const closed = gone.reduce(
    (before, requestId) => andThen(before, (next) => closePermission(next, { requestId })),
    change(state),
  );
  return wanted.reduce((before, request) => andThen(before, (next) => openPermission(next, request, "left")), closed);
}

/** The facts of the shown session, read anew; at opening, everything that belongs to the one before is put away. */
export function updateSessionRead(state: UiState, message: SessionRead): Change {
  const { details, model } = message;
  const { id } = details.session;
  const kept = message.isOpening ? withDialogsKept(state, id) : state;
  const next: UiState = {
    ...withDesk(withQueue(kept, id, message.queue), id, {
      activity: activityOf(state, message),
      commandElsewhere: message.commandElsewhere,
      unseen: null,
      title: details.session.title,
    }),
    session: { id, details, model },
  };
  if (!message.isOpening) return withLeftQuestions(next, message);
  const shown = opened({ ...next, recent: nowShown(next.recent, id) }, message);
  const isAsked = shown.state.dialogs.some(({ kind }) => kind === "permission");
  return change(withDesk(shown.state, id, { dialogs: [] }), ...shown.effects, ...(isAsked ? [startGrace()] : []));
}
