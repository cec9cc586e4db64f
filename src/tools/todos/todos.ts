import * as v from "valibot";
import type { JsonObject } from "../../lib/json.ts";
import type { Todo } from "../../schema/session.ts";
import { defineTool } from "../define-tool.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { textResult } from "../tool-result.ts";

const schema = v.object({
  todos: v.pipe(
    v.array(
      v.object({
        content: v.pipe(
          v.string(),
          v.minLength(1, "must not be empty"),
          v.description("What is to be done, as an order"),
        ),
        status: v.pipe(v.picklist(["pending", "in_progress", "completed"]), v.description("How far it is")),
        active_form: v.optional(
          v.pipe(v.string(), v.description('The same as going on, such as "Running the tests"')),
          "",
        ),
      }),
    ),
    v.description("The whole list; it replaces the one before"),
  ),
});

const description = `Keeps the list of tasks that the person sees, for work of several steps.

- Give the whole list each time. Keep one task in_progress; mark a task completed as soon as it is done, not before.
- A single simple task needs no list.`;

function todoJson({ content, status, activeForm }: Todo): JsonObject {
  return { content, status, active_form: activeForm };
}

function countOf(todos: readonly Todo[], status: Todo["status"]): number {
  return todos.filter((todo) => todo.status === status).length;
}

function metadataOf(before: readonly Todo[], todos: readonly Todo[]): JsonObject {
  const old = new Map(before.map((todo) => [todo.content, todo.status]));
  const completed = todos.filter(
    ({ content, status }) => status === "completed" && old.has(content) && old.get(content) !== "completed",
  );
  const started = todos.findLast(
    ({ content, status }) => status === "in_progress" && old.get(content) !== "in_progress",
  );
  return {
    is_new: before.length === 0,
    todos: todos.map(todoJson),
    ...(completed.length === 0 ? {} : { just_completed: completed.map(({ content }) => content) }),
    ...(started === undefined ? {} : { just_started: started.activeForm || started.content }),
    completed: countOf(todos, "completed"),
    total: todos.length,
  };
}

async function saveTodos(todos: readonly Todo[], context: ToolContext): Promise<ToolResult> {
  const before = context.todos.read();
  await context.todos.write(todos);
  const counts =
    `Status: ${countOf(todos, "pending")} pending, ${countOf(todos, "in_progress")} in progress, ` +
    `${countOf(todos, "completed")} completed`;
  const next = "Keep the list up to date as the work goes on.";
  return textResult(`Todo list updated successfully.\n\n${counts}\n${next}`, metadataOf(before, todos));
}

export const todosTool: Tool = defineTool({
  name: "todos",
  description,
  isReadOnly: false,
  schema,
  prepare(input, context) {
    const todos = input.todos.map(({ content, status, active_form }) => ({ content, status, activeForm: active_form }));
    return Promise.resolve({ kind: "ready", permissions: [], run: () => saveTodos(todos, context) });
  },
});
