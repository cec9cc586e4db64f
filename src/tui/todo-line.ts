import type { Todo } from "../schema/session.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { SpanLine } from "../term/span-line.ts";
import { span } from "../term/spans.ts";
import type { Theme } from "../term/theme.ts";

const todoMarks = { pending: "○", in_progress: "◐", completed: "✓" } as const;

export function todoLine(todo: Todo, theme: Theme): SpanLine {
  const isDone = todo.status === "completed";
  const text = todo.status === "in_progress" && todo.activeForm !== "" ? todo.activeForm : todo.content;
  const style = isDone ? theme.muted : todo.status === "in_progress" ? theme.accent : theme.text;
  return [span(`${todoMarks[todo.status]} `, isDone ? theme.success : style), span(sanitizeLine(text), style)];
}
