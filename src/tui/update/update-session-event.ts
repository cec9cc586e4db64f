import type { SessionId } from "../../schema/ids.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import { phaseElsewhere } from "../live-activity.ts";
import { type Change, change, notify, andThen, withDesk } from "../change.ts";
import type { Effect } from "../effect.ts";
import { withoutSession } from "../recent-sessions.ts";
import { type Activity, deskOf, knownDesk, topDialog, type UiState } from "../state.ts";
import { closePermission, openPermission } from "./permission-queue.ts";
import { isTold, noticeOf } from "./told-event.ts";
import { withoutHits } from "./update-picker.ts";
import { startOfTurn } from "./submit-prompt.ts";

type EventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { type: T }>;
type Turn = Extract<Activity, { kind: "turn" }>;

/** Changes the running turn; the same state where nothing would differ, since deltas come by the hundred. */
function withTurn(state: UiState, sessionId: SessionId, part: Partial<Turn>): UiState {
  const { activity } = deskOf(state, sessionId);
  const turn = activity.kind === "turn" ? activity : startOfTurn(state.nowMs);
  const isSame =
    activity.kind === "turn" && Object.entries(part).every(([key, value]) => turn[key as keyof Turn] === value);
  return isSame ? state : withDesk(state, sessionId, { activity: { ...turn, ...part } });
}

function isShown(state: UiState, sessionId: SessionId): boolean {
  return state.session?.id === sessionId;
}

/** Reads again what the event made stale of the shown session. */
function readShown(state: UiState, sessionId: SessionId): Effect[] {
  return isShown(state, sessionId) ? [{ type: "read-session" }] : [];
}

/** The facts of the shown session, the title of one that is listed beside it. */
function readNews(state: UiState, sessionId: SessionId): Effect[] {
  if (isShown(state, sessionId)) return [{ type: "read-session" }];
  return knownDesk(state, sessionId) === undefined ? [] : [{ type: "read-title", sessionId }];
}

function readList(state: UiState): Effect[] {
  return state.dialogs.some((dialog) => dialog.kind === "sessions") ? [{ type: "read-sessions", limit: null }] : [];
}

function tellOutside(state: UiState, sessionId: SessionId, words: string): Effect[] {
  if (state.hasTerminalFocus) return [];
  const title = deskOf(state, sessionId).title || "a session";
  return [{ type: "notify-outside", text: `${title} ${words}` }];
}

/** What runs here is known from its start. */
function onCommandChanged(state: UiState, event: EventOf<"command-changed">): Change {
  const { sessionId, command, isElsewhere } = event;
  const known = knownDesk(state, sessionId);
  if (!isElsewhere || known === undefined || known.commandElsewhere === command) return change(state);
  return change(withDesk(state, sessionId, { commandElsewhere: command }));
}

function onDeleted(state: UiState, event: EventOf<"session-deleted">): Change {
  const { [event.sessionId]: _gone, ...desks } = state.desks;
  const recent = withoutSession(state.recent, event.sessionId);
  const found = withoutHits(state, event.sessionId);
  const next = change({ ...found.state, desks, recent }, ...found.effects, ...readList(state));
  if (!isShown(state, event.sessionId)) return next;
  const noticed = notify(next.state, { tone: "warning", text: "This session was deleted" });
  return change(noticed.state, ...next.effects, ...noticed.effects, { type: "new-session", prompt: "" });
}

function onTurnStart(state: UiState, event: EventOf<"turn-start">): Change {
  const started = withDesk(state, event.sessionId, { unseen: null });
  const effects: Effect[] = isShown(state, event.sessionId) ? [] : [{ type: "read-title", sessionId: event.sessionId }];
  const running = withTurn(started, event.sessionId, { phase: "waiting", isLeft: false });
  // Whatever was asked before is answered, or void: the turn asks anew where it has to.
  const closed = closePermission(running, { sessionId: event.sessionId });
  return change(closed.state, ...closed.effects, ...effects, ...readList(state));
}

function onTurnEnd(state: UiState, event: EventOf<"turn-end">): Change {
  const shown = isShown(state, event.sessionId);
  const isGood = event.reason !== "error" && event.reason !== "canceled";
  const ended = withDesk({ ...state, cancelArmedUntilMs: shown ? 0 : state.cancelArmedUntilMs }, event.sessionId, {
    activity: { kind: "idle" },
    silentOwner: null,
    // What a person canceled is no news to them.
    unseen: shown || event.reason === "canceled" ? null : isGood ? "finished" : "failed",
  });
  const words = isGood ? "has finished" : "has failed";
  const told = event.reason === "canceled" ? [] : tellOutside(state, event.sessionId, words);
  const next = andThen(change(ended, ...readShown(state, event.sessionId), ...readList(state), ...told), (after) =>
    closePermission(after, { sessionId: event.sessionId }),
  );
  if (!shown || event.reason !== "error") return next;
  return andThen(next, (after) =>
    notify(after, {
      tone: "error",
      text: event.errorMessage ?? "The turn failed",
      hint: event.errorHint,
    }),
  );
}

function onPermissionAsked(state: UiState, event: EventOf<"permission-asked">): Change {
  const { request, origin = null } = event;
  const isQuestionLeft = origin === "left";
  const asking = { phase: "permission", tool: request.tool, retry: null, isLeft: isQuestionLeft } as const;
  const waiting = withTurn(state, event.sessionId, asking);
  const told = tellOutside(state, event.sessionId, `asks: ${request.description}`);
  if (!isShown(state, event.sessionId)) {
    return change(waiting, { type: "read-title", sessionId: event.sessionId }, ...told, ...readList(state));
  }
  return andThen(change(waiting, ...told), (next) => openPermission(next, request, origin));
}

function onLive(state: UiState, event: SessionEvent): Change {
  switch (event.type) {
    case "request-wait":
      return change(withTurn(state, event.sessionId, { phase: "queued", tool: "", retry: null }));
    case "step-start":
    case "request-start":
      return change(withTurn(state, event.sessionId, { phase: "waiting", tool: "", retry: null }));
    case "reasoning-delta":
      return change(withTurn(state, event.sessionId, { phase: "thinking", tool: "", retry: null }));
    case "text-delta":
      return change(withTurn(state, event.sessionId, { phase: "writing", tool: "", retry: null }));
    case "tool-call-start":
    case "tool-call-end":
      return change(withTurn(state, event.sessionId, { phase: "tool", tool: event.name, retry: null }));
    case "retry-wait": {
      const { attempt, dueAtMs, reason } = event;
      return change(withTurn(state, event.sessionId, { phase: "waiting", retry: { attempt, dueAtMs, reason } }));
    }
    case "turn-elsewhere":
      return change(withTurn(state, event.sessionId, { phase: phaseElsewhere(event.work), tool: "", retry: null }));
    case "command-changed":
      return onCommandChanged(state, event);
    case "storage-wait":
      return change(withTurn(state, event.sessionId, { unstored: event.reason }));
    case "storage-ready":
      return change(withTurn(state, event.sessionId, { unstored: null }));
    case "permission-answered":
      return closePermission(withTurn(state, event.sessionId, { phase: "tool" }), { requestId: event.requestId });
    default:
      return change(state);
  }
}

function onOwnerSilent(state: UiState, { sessionId, ownerName }: EventOf<"owner-silent">): Change {
  const next = withDesk(state, sessionId, { silentOwner: ownerName });
  if (!isShown(state, sessionId)) return change(next);
  const hint = "it may be stopped or suspended; /take-over takes the session from it";
  return notify(next, { tone: "error", text: `${ownerName} has this session and does not answer`, hint });
}

function onJobsChanged(state: UiState, { sessionId, commands }: EventOf<"jobs-changed">): Change {
  // When a session is deleted its jobs end one after the other: it does not come back with those that are left.
  const isGone = !isShown(state, sessionId) && knownDesk(state, sessionId) === undefined;
  return change(isGone ? state : withDesk(state, sessionId, { jobs: commands }));
}

function onNews(state: UiState, event: SessionEvent): Change | undefined {
  if (isTold(event)) return noticeOf(state, event);
  if (event.type === "jobs-changed") return onJobsChanged(state, event);
  if (event.type === "jobs-ended") return notify(state, { tone: "warning", text: event.message });
  if (event.type === "queue-changed") return change(state, { type: "read-queue", sessionId: event.sessionId });
  if (event.type === "owner-silent") return onOwnerSilent(state, event);
  if (event.type !== "queue-stopped") return undefined;
  if (!isShown(state, event.sessionId)) return change(state);
  return notify(state, { tone: "error", text: event.message, hint: event.hint });
}

/** What happens in any session of the project, shown or not. */
export function updateSessionEvent(state: UiState, event: SessionEvent): Change {
  switch (event.type) {
    case "session-created":
      return change(state, ...readList(state));
    case "session-updated":
      return change(state, ...readNews(state, event.sessionId), ...readList(state));
    case "session-deleted":
      return onDeleted(state, event);
    case "message-created":
    case "message-deleted":
    case "usage-recorded":
    case "file-changed":
      return change(state, ...readShown(state, event.sessionId), ...readList(state));
    case "grants-changed":
      return topDialog(state)?.kind === "grants" ? change(state, { type: "read-grants" }) : change(state);
    case "turn-start":
      return onTurnStart(state, event);
    case "turn-end":
      return onTurnEnd(state, event);
    case "permission-asked":
      return onPermissionAsked(state, event);
    default:
      return onNews(state, event) ?? onLive(state, event);
  }
}
