import { isModelProblem } from "../../app/app.ts";
import { asksForSetup } from "./ask-for-model.ts";
import { type Change, change, notify, openDialog, withDesk } from "../change.ts";
import { isBusy, type OpenSession, shownDesk, type UiState } from "../state.ts";

const quitWords: ReadonlySet<string> = new Set(["exit", "quit"]);

function sent(state: UiState, session: OpenSession): Change {
  const { attachments } = shownDesk(state);
  const text = state.editor.text.trim();
  const cleared = withDesk({ ...state, notices: [], completion: null }, session.id, {
    attachments: [],
    isQueuePaused: false,
  });
  const empty = { type: "editor", operation: { kind: "set", text: "" } } as const;
  const remember = { type: "editor", operation: { kind: "remember", text } } as const;
  if (isBusy(shownDesk(state))) {
    const queue = [...shownDesk(state).queue, { id: state.nextNumber, text, attachments }];
    return change(withDesk({ ...cleared, nextNumber: state.nextNumber + 1 }, session.id, { queue }), empty, remember);
  }
  return change(
    withDesk(cleared, session.id, { activity: startOfTurn(state.nowMs) }),
    { type: "send-prompt", sessionId: session.id, text, attachments, isDraft: true },
    empty,
    remember,
    { type: "transcript", operation: "bottom" },
  );
}

export function startOfTurn(nowMs: number): Extract<UiState["desks"][string]["activity"], { kind: "turn" }> {
  return { kind: "turn", startedAtMs: nowMs, phase: "waiting", tool: "", retry: null };
}

function ranShell(state: UiState, session: OpenSession): Change {
  const command = state.editor.text.trim().slice(1).trim();
  if (command === "") return change(state);
  if (isBusy(shownDesk(state))) {
    return notify(state, { tone: "warning", text: "A turn is running", hint: "the command can run when it has ended" });
  }
  const activity = { kind: "shell", startedAtMs: state.nowMs, command } as const;
  return change(
    withDesk({ ...state, notices: [] }, session.id, { activity }),
    { type: "run-shell", sessionId: session.id, command },
    { type: "editor", operation: { kind: "set", text: "" } },
    { type: "editor", operation: { kind: "remember", text: state.editor.text.trim() } },
    { type: "transcript", operation: "bottom" },
  );
}

/** Sends the next waiting prompt of a session that does nothing; the queue is no longer paused. */
export function sendQueued(state: UiState, session: Pick<OpenSession, "id">): Change {
  const desk = state.desks[session.id];
  const next = desk?.queue[0];
  if (desk === undefined || next === undefined || isBusy(desk)) return change(state);
  return change(
    withDesk(state, session.id, {
      queue: desk.queue.slice(1),
      isQueuePaused: false,
      activity: startOfTurn(state.nowMs),
    }),
    { type: "send-prompt", sessionId: session.id, text: next.text, attachments: next.attachments, isDraft: false },
  );
}

/** Enter in the prompt editor. */
export function submitPrompt(state: UiState): Change {
  const { session, editor } = state;
  if (session === null) return change(state);
  if (editor.token.endsWith("\\")) {
    return change(state, {
      type: "editor",
      operation: { kind: "replace-token", text: `${editor.token.slice(0, -1)}\n` },
    });
  }
  const text = editor.text.trim();
  if (text === "" && shownDesk(state).attachments.length === 0) return sendQueued(state, session);
  if (quitWords.has(text)) {
    const cleared = { type: "editor", operation: { kind: "set", text: "" } } as const;
    const isAnyBusy = Object.values(state.desks).some(isBusy);
    return isAnyBusy ? change(openDialog(state, { kind: "quit" }), cleared) : change(state, cleared, { type: "quit" });
  }
  if (text.startsWith("!")) return ranShell(state, session);
  if (isModelProblem(session.model)) return asksForSetup(state, session.model);
  return sent(state, session);
}
