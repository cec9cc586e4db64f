import { maskSecrets } from "../lib/mask-secrets.ts";
import type { SessionId } from "../schema/ids.ts";
import { getSession, setTodos } from "../store/sessions.ts";
import type { TodoList } from "../tools/tool.ts";
import type { Context } from "./context.ts";

export function createTodoList({ store, secrets }: Pick<Context, "store" | "secrets">, sessionId: SessionId): TodoList {
  return {
    read: () => store.read((tx) => getSession(tx, sessionId)?.todos ?? []),
    write: async (todos) => {
      const masked = todos.map((todo) => ({
        ...todo,
        content: maskSecrets(todo.content, secrets()),
        activeForm: maskSecrets(todo.activeForm, secrets()),
      }));
      await store.transact((tx) => setTodos(tx, sessionId, masked));
    },
  };
}
