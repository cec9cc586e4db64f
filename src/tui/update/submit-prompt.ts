import { isModelProblem } from "../../app/app.ts";
import { asksForSetup } from "./ask-for-model.ts";
import { type Change, change, notify, openDialog, withDesk } from "../change.ts";
import type { QueuedKind } from "../../schema/queued-prompt.ts";
import { isBusy, isQueuePaused, type OpenSession, shownDesk, type UiState } from "../state.ts";

const quitWords: ReadonlySet<string> = new Set(["exit", "quit"]);

/** To the queue while something runs or waits already, else to the model. */
function sent(state: UiState, session: OpenSession, kind: QueuedKind): Change {
  const desk = shownDesk(state);
  const { attachments } = desk;
  const text = state.editor.text.trim();
  const cleared = withDesk({ ...state, notices: [], completion: null }, session.id, { attachments: [] });
  const empty = { type: "editor", operation: { kind: "set", text: "" } } as const;
  const remember = { type: "editor", operation: { kind: "remember", text } } as const;
  if (isBusy(desk) || desk.queue.some((prompt) => prompt.state === "waiting")) {
    return change(cleared, { type: "queue-prompt", sessionId: session.id, text, attachments, kind }, empty, remember);
  }
  return change(
    withDesk(cleared, session.id, { activity: startOfTurn(state.nowMs), isWarned: false }),
    { type: "send-prompt", sessionId: session.id, text, attachments, isDraft: true, goesOnAnyway: desk.isWarned },
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

/** Enter in the prompt editor; `kind` says what becomes of the prompt where a turn runs. */
export function submitPrompt(state: UiState, kind: QueuedKind = "follow-up"): Change {
  const { session, editor } = state;
  if (session === null) return change(state);
  if (editor.token.endsWith("\\")) {
    return change(state, {
      type: "editor",
      operation: { kind: "replace-token", text: `${editor.token.slice(0, -1)}\n` },
    });
  }
  const text = editor.text.trim();
  if (text === "" && shownDesk(state).attachments.length === 0) {
    return isQueuePaused(shownDesk(state))
      ? change(state, { type: "resume-queue", sessionId: session.id })
      : change(state);
  }
  if (quitWords.has(text)) {
    const cleared = { type: "editor", operation: { kind: "set", text: "" } } as const;
    const isAnyBusy = Object.values(state.desks).some(isBusy);
    return isAnyBusy
      ? change(openDialog(state, { kind: "quit", target: null }), cleared)
      : change(state, cleared, { type: "quit" });
  }
  if (session.details.session.parentSessionId !== null) {
    const hint = "/fork goes on in a copy of it";
    return notify(state, { tone: "info", text: "This is a child session: it can only be read", hint });
  }
  if (text.startsWith("!")) return ranShell(state, session);
  if (isModelProblem(session.model)) return asksForSetup(state, session.model);
  return sent(state, session, kind);
}
