import { isJsonObject, parseJson } from "../lib/json.ts";
import type { JsonValue } from "../lib/json.ts";
import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { Session, Todo, TodoStatus } from "../schema/session.ts";
import type { SqlRow, SqlValue } from "./handle.ts";
import { isStray } from "./stray-sessions.ts";
import { storedNumber, storedSeconds, storedText } from "./stored-values.ts";

/** Of `sessions`. A stray's parent counts as none. */
export const parentColumn = `case when coalesce(parent_session_id, '') = '' or ${isStray("sessions")} then null
  else parent_session_id end as parent_session_id`;

export const sessionColumns = `id, ${parentColumn}, title, message_count, prompt_tokens, completion_tokens, cost,
  created_at, updated_at, summary_message_id, todos`;

/** The one mapper of session rows. */
export function decodeSession(row: SqlRow): Session {
  return {
    id: asSessionId(String(row["id"])),
    parentSessionId: isFilled(row["parent_session_id"]) ? asSessionId(row["parent_session_id"]) : null,
    title: storedText(row["title"]),
    messageCount: storedNumber(row["message_count"]),
    promptTokens: storedNumber(row["prompt_tokens"]),
    completionTokens: storedNumber(row["completion_tokens"]),
    cost: storedNumber(row["cost"]),
    createdAt: storedSeconds(row["created_at"]) ?? 0,
    updatedAt: storedSeconds(row["updated_at"]) ?? 0,
    summaryMessageId: isFilled(row["summary_message_id"]) ? asMessageId(row["summary_message_id"]) : null,
    todos: decodeTodos(row["todos"]),
  };
}

function isFilled(value: SqlValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

/** One for all of the thousands of sessions of a list. */
const noTodos: readonly Todo[] = [];

/** Todos that can't be read count as none, as in Crush. */
export function decodeTodos(value: SqlValue | undefined): readonly Todo[] {
  if (typeof value !== "string") return noTodos;
  const list = parseJson(value);
  return Array.isArray(list) ? list.filter(isJsonObject).map(decodeTodo) : noTodos;
}

const statuses: readonly TodoStatus[] = ["pending", "in_progress", "completed"];

function decodeTodo(todo: Record<string, JsonValue>): Todo {
  return {
    content: textOf(todo["content"]),
    status: statuses.find((status) => status === todo["status"]) ?? "pending",
    activeForm: textOf(todo["active_form"]),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** NULL for an empty list, as Crush writes it. */
export function encodeTodos(todos: readonly Todo[]): string | null {
  if (todos.length === 0) return null;
  return JSON.stringify(
    todos.map((todo) => ({ content: todo.content, status: todo.status, active_form: todo.activeForm })),
  );
}
