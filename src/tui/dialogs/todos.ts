import { line, span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { type Change, change, closeDialog, withDesk } from "../change.ts";
import { type QueuedPrompt, shownDesk, type UiState } from "../state.ts";
import { todoLine } from "../todo-line.ts";
import type { TodosDialog } from "./dialog.ts";
import type { DialogKey, DialogModule } from "./dialog-module.ts";
import { closeKey, putDialog, selectionKeys } from "./list-keys.ts";
import { listRows } from "./list-rows.ts";
import { clampSelection } from "./list-window.ts";

function chosen(dialog: TodosDialog, state: UiState): QueuedPrompt | undefined {
  return shownDesk(state).queue[dialog.selected];
}

function without(state: UiState, prompt: QueuedPrompt): UiState {
  if (state.session === null) return state;
  const queue = shownDesk(state).queue.filter((other) => other.id !== prompt.id);
  return withDesk(state, state.session.id, { queue });
}

function remove(dialog: TodosDialog, state: UiState): Change {
  const prompt = chosen(dialog, state);
  if (prompt === undefined) return change(state);
  const next = without(state, prompt);
  return putDialog(next, { ...dialog, selected: clampSelection(dialog.selected, shownDesk(next).queue.length) });
}

/** Back into the prompt editor, with its attachments. */
function edit(dialog: TodosDialog, state: UiState): Change {
  const prompt = chosen(dialog, state);
  if (prompt === undefined || state.session === null) return change(state);
  const next = withDesk(without(state, prompt), state.session.id, {
    attachments: [...shownDesk(state).attachments, ...prompt.attachments],
  });
  const written = state.editor.text === "" ? prompt.text : `${state.editor.text}\n${prompt.text}`;
  return change(
    { ...closeDialog(next, "todos"), focus: "editor" },
    { type: "editor", operation: { kind: "set", text: written } },
  );
}

const nothingChosen = (dialog: TodosDialog, state: UiState): string | null =>
  chosen(dialog, state) === undefined ? "no prompt is waiting" : null;

const keys: readonly DialogKey<TodosDialog>[] = [
  ...selectionKeys<TodosDialog>((_dialog, state) => shownDesk(state).queue.length),
  { keys: ["enter", "e"], label: "edit", unavailable: nothingChosen, run: edit },
  { keys: ["x", "delete", "backspace"], label: "remove", unavailable: nothingChosen, run: remove },
  { ...closeKey<TodosDialog>("todos"), keys: ["escape", "ctrl+t", "q"] },
];

/** The session's todos, and the prompts that wait for the turn to end. */
export const todosDialog: DialogModule<TodosDialog> = {
  keys: () => keys,
  click: (dialog, item, state) => putDialog(state, { ...dialog, selected: item }),
  view: (dialog, { state, theme, area }) => {
    const width = Math.min(area.columns, 76);
    const todos = state.session?.details.session.todos ?? [];
    const todoRows = todos.length === 0 ? [line("no todos", theme.muted)] : todos.map((todo) => todoLine(todo, theme));
    const { queue, isQueuePaused } = shownDesk(state);
    const list = listRows({
      count: queue.length,
      selected: dialog.selected,
      width,
      height: Math.max(1, area.rows - 4),
      theme,
      empty: "no prompt is waiting",
      row: (index) => ({ left: [span(sanitizeLine(queue[index]?.text ?? ""), theme.text)] }),
    });
    const head = isQueuePaused
      ? "Waiting prompts (paused: enter in an empty editor sends the next)"
      : "Waiting prompts";
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
