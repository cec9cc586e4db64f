import type { SessionId } from "../schema/ids.ts";
import { boundHint } from "./bound-hint.ts";
import type { Dialog, DialogKind } from "./dialogs/dialog.ts";
import type { Effect } from "./effect.ts";
import { type Desk, deskOf, type Notice, type UiState } from "./state.ts";

/** What an update answers: the next state, and what is to be done. */
export interface Change {
  readonly state: UiState;
  readonly effects: readonly Effect[];
}

export function change(state: UiState, ...effects: readonly Effect[]): Change {
  return { state, effects };
}

/** Goes on from a change with another update. */
export function andThen(first: Change, update: (state: UiState) => Change): Change {
  const second = update(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

export function withDesk(state: UiState, sessionId: SessionId, part: Partial<Desk>): UiState {
  return { ...state, desks: { ...state.desks, [sessionId]: { ...deskOf(state, sessionId), ...part } } };
}

/** Puts the dialog on top; one of its kind that is open already goes. */
export function openDialog(state: UiState, dialog: Dialog): UiState {
  return {
    ...state,
    completion: null,
    listFirst: null,
    dialogs: [...state.dialogs.filter((open) => open.kind !== dialog.kind), dialog],
  };
}

/** Puts a new state of the topmost open dialog of the kind in its place; nothing where it was closed meanwhile. */
export function updateDialog<K extends DialogKind>(
  state: UiState,
  kind: K,
  update: (dialog: Extract<Dialog, { kind: K }>) => Extract<Dialog, { kind: K }>,
): UiState {
  const place = state.dialogs.findLastIndex((open) => open.kind === kind);
  const dialog = state.dialogs[place];
  if (dialog === undefined) return state;
  return { ...state, dialogs: state.dialogs.with(place, update(dialog as Extract<Dialog, { kind: K }>)) };
}

export function closeDialog(state: UiState, kind: DialogKind): UiState {
  return { ...state, listFirst: null, dialogs: state.dialogs.filter((open) => open.kind !== kind) };
}

/** Information goes by itself; errors stay until esc or the next prompt. */
const noticeDurationMs = 6000;
const noticesMax = 3;

export interface NoticeInput {
  readonly tone: Notice["tone"];
  readonly text: string;
  readonly hint?: string | undefined;
  readonly topic?: Notice["topic"];
}

export function notify(state: UiState, input: NoticeInput): Change {
  const { tone, text, topic = null } = input;
  const hint = boundHint(state, input.hint ?? "");
  const notice: Notice = { id: state.nextNumber, tone, text, hint, topic };
  const others = state.notices.filter((open) => open.text !== text && (topic === null || open.topic !== topic));
  return change(
    { ...state, nextNumber: state.nextNumber + 1, notices: [...others, notice].slice(-noticesMax) },
    { type: "start-timer", timer: "notice", delayMs: noticeDurationMs, isWork: false },
  );
}
