import type { SessionId } from "../schema/ids.ts";
import { getSession, setTodos } from "../store/sessions.ts";
import type { TodoList } from "../tools/tool.ts";
import type { Context } from "./context.ts";

export function createTodoList({ store }: Pick<Context, "store">, sessionId: SessionId): TodoList {
  return {
    read: () => store.read((tx) => getSession(tx, sessionId)?.todos ?? []),
    write: async (todos) => {
      await store.transact((tx) => setTodos(tx, sessionId, todos));
    },
  };
}
