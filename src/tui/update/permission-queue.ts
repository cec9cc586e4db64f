import type { SessionId } from "../../schema/ids.ts";
import type { PermissionRequest, QuestionOrigin } from "../../schema/permission.ts";
import { type Change, change } from "../change.ts";
import type { Dialog, PermissionDialog, QuestionLook } from "../dialogs/dialog.ts";
import type { Effect } from "../effect.ts";
import { deskOf, type UiState } from "../state.ts";

/** Keys within this time after the dialog's coming, or after one another, belong to what was being typed. */
const graceMs = 300;

const newLook: QuestionLook = { scroll: 0, selected: 0, isFullScreen: false, reply: null };

/** Shows the request under the dialogs that ask already, so that they are answered in the order of asking. */
export function openPermission(
  state: UiState,
  request: PermissionRequest,
  origin: QuestionOrigin | null = null,
): Change {
  const isOpen = state.dialogs.some((open) => open.kind === "permission" && open.request.id === request.id);
  if (isOpen) return change(state);
  const kept = deskOf(state, request.sessionId).questions.find(({ requestId }) => requestId === request.id);
  const { scroll, selected, isFullScreen, reply } = kept ?? newLook;
  const look: QuestionLook = { scroll, selected, isFullScreen, reply };
  const dialog: PermissionDialog = { kind: "permission", request, origin, armedAtMs: state.nowMs + graceMs, ...look };
  const place = state.dialogs.findIndex((open) => open.kind === "permission");
  const dialogs = place < 0 ? [...state.dialogs, dialog] : state.dialogs.toSpliced(place, 0, dialog);
  return change({ ...state, dialogs, completion: null }, startGrace());
}

/** Takes away the dialog of one request, or all of a session's. The next one on top gets a grace of its own. */
export function closePermission(
  state: UiState,
  which: { readonly requestId: string } | { readonly sessionId: SessionId },
): Change {
  const isMeant = (open: Dialog): boolean =>
    open.kind === "permission" &&
    ("requestId" in which ? open.request.id === which.requestId : open.request.sessionId === which.sessionId);
  if (!state.dialogs.some(isMeant)) return change(state);
  const rest = state.dialogs.filter((open) => !isMeant(open));
  const next = rest.at(-1);
  if (next?.kind !== "permission") return change({ ...state, dialogs: rest });
  const rearmed = { ...next, armedAtMs: state.nowMs + graceMs };
  return change({ ...state, dialogs: [...rest.slice(0, -1), rearmed] }, startGrace());
}

/** The state as it would be if nothing were asked, and the questions that are open in it. */
export function withoutQuestions(state: UiState): {
  readonly beneath: UiState;
  readonly questions: readonly PermissionDialog[];
} {
  const questions = state.dialogs.filter((open) => open.kind === "permission");
  const dialogs = state.dialogs.filter((open) => open.kind !== "permission");
  return { beneath: { ...state, dialogs }, questions };
}

/** The one on top waits a grace from now on. */
export function prolonged(questions: readonly PermissionDialog[], nowMs: number): PermissionDialog[] {
  return questions.map((question, index) =>
    index === questions.length - 1 ? { ...question, armedAtMs: nowMs + graceMs } : question,
  );
}

export function startGrace(): Effect {
  return { type: "start-timer", timer: "grace", delayMs: graceMs, isWork: true };
}
