import type { SessionId } from "../schema/ids.ts";
import { userPrompts } from "../store/message-pages.ts";
import type { Context } from "./context.ts";

/** Texts of the person's earlier prompts in the session, newest first, each once. */
export function promptHistory({ store }: Pick<Context, "store">, sessionId: SessionId, limit: number): string[] {
  return [...new Set(store.read((tx) => userPrompts(tx, sessionId, limit)))];
}
