import type { SessionId } from "../schema/ids.ts";
import { userPrompts } from "../store/message-pages.ts";
import type { Context } from "./context.ts";

/** Texts of the person's earlier prompts, newest first: of this session, then of the project; each once. */
export function promptHistory({ store }: Pick<Context, "store">, sessionId: SessionId, limit: number): string[] {
  return store.read((tx) => {
    const own = userPrompts(tx, { sessionId, limit });
    const others = own.length >= limit ? [] : userPrompts(tx, { limit: limit * 2 });
    return [...new Set([...own, ...others])].slice(0, limit);
  });
}
