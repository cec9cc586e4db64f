import { line, span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { QueuedPrompt } from "../../schema/queued-prompt.ts";
import { type Change, change, closeDialog } from "../change.ts";
import type { Effect } from "../effect.ts";
import { isQueuePaused, shownDesk, type UiState } from "../state.ts";
import { withQueue } from "../update/with-queue.ts";
import { todoLine } from "../todo-line.ts";
import type { TodosDialog } from "./dialog.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";
import { justChanged } from "./live-choice.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";
import { clampSelection } from "./list-window.ts";

function chosen(dialog: TodosDialog, state: UiState): QueuedPrompt | undefined {
  const { queue } = shownDesk(state);
  return queue[clampSelection(dialog.selected, queue.length)];
}

/** What becomes of the chosen prompt. */
function withChosen(effectOf: (prompt: QueuedPrompt) => Effect): DialogKey<TodosDialog>["run"] {
  return (dialog, state) => {
    const prompt = chosen(dialog, state);
    return prompt === undefined ? change(state) : change(state, effectOf(prompt));
  };
}

/** Back into the prompt editor, with its attachments. */
function edit(dialog: TodosDialog, state: UiState): Change {
  const prompt = chosen(dialog, state);
  if (prompt === undefined) return change(state);
  return change({ ...closeDialog(state, "todos"), focus: "editor" }, { type: "edit-queued", prompt });
}

/** The prompt moves, and the choice with it: at once, so that the next press finds it where it is going. */
function move(delta: 1 | -1): DialogKey<TodosDialog>["run"] {
  return (dialog, state) => {
    const { queue } = shownDesk(state);
    const prompt = chosen(dialog, state);
    if (prompt === undefined) return change(state);
    const { id, sessionId } = prompt;
    const place = queue.indexOf(prompt) + delta;
    if (place < 0 || place >= queue.length) return change(state);
    const moved = queue.filter((other) => other !== prompt).toSpliced(place, 0, prompt);
    return change(withQueue(state, sessionId, moved), { type: "move-queued", id, sessionId, place });
  };
}

/** Why nothing can be done with the chosen prompt now. */
function notNow(dialog: TodosDialog, state: UiState): string | null {
  if (dialog.isShifted === true) return justChanged;
  return chosen(dialog, state) === undefined ? "no prompt is waiting" : null;
}

const otherKind = { "follow-up": "steering", steering: "follow-up" } as const;

const closing = closeKey<TodosDialog>("todos", "todos.close");

const keys: readonly DialogKey<TodosDialog>[] = [
  ...selectionKeys<TodosDialog>((_dialog, state) => shownDesk(state).queue.length),
  { source: "todos.edit", label: "edit", unavailable: notNow, run: edit },
  {
    source: "todos.remove",
    label: "remove",
    unavailable: notNow,
    run: withChosen(({ id }) => ({ type: "remove-queued", id })),
  },
  {
    source: "todos.run",
    label: "run now",
    unavailable: notNow,
    run: withChosen(({ id }) => ({ type: "run-queued", id })),
  },
  {
    source: "todos.steer",
    label: "steer",
    unavailable: notNow,
    run: withChosen(({ id, kind }) => ({ type: "turn-queued", id, kind: otherKind[kind] })),
  },
  { source: "todos.move-up", label: "up", unavailable: notNow, run: move(-1) },
  { source: "todos.move-down", label: "down", unavailable: notNow, run: move(1) },
  closing,
];

/** How a waiting prompt stands, before its text. */
function queueMark({ kind, origin }: QueuedPrompt): string {
  return `${kind === "steering" ? "↳ " : ""}${origin === null ? "" : `(${sanitizeLine(origin)}) `}`;
}

/** The session's todos, and the prompts that wait for the turn to end. */
export const todosDialog: DialogModule<TodosDialog> = {
  keys: (_dialog, state) => (shownDesk(state).queue.length === 0 ? [closing] : keys),
  click: (dialog, item, state) => putDialog(state, { ...dialog, selected: item }),
  view: (dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 76);
    const todos = state.session?.details.session.todos ?? [];
    const todoRows = todos.length === 0 ? [line("no todos", theme.muted)] : todos.map((todo) => todoLine(todo, theme));
    const desk = shownDesk(state);
    const { queue } = desk;
    const list = listRows({
      count: queue.length,
      selected: clampSelection(dialog.selected, queue.length),
      first: state.listFirst,
      width,
      height: Math.max(1, area.rows - 4),
      theme,
      empty: "no prompt is waiting",
      row: (index) => {
        const prompt = queue[index];
        if (prompt === undefined) return { left: [] };
        return { left: [span(queueMark(prompt), theme.info), span(sanitizeLine(prompt.text), theme.text)] };
      },
    });
    const head = isQueuePaused(desk) ? "Waiting prompts (paused: enter in an empty editor goes on)" : "Waiting prompts";
    const room = Math.max(1, area.rows - list.rows.length - 3);
    const shownTodos = todoRows.slice(0, room);
    return {
      title: "Todos and waiting prompts",
      width,
      body: [...shownTodos, [], line(head, theme.strong), ...list.rows],
      items: [...shownTodos.map(() => null), null, null, ...list.items],
    };
  },
};
