import { maskSecrets } from "../lib/mask-secrets.ts";
import type { SessionId } from "../schema/ids.ts";
import { changeSessionFacts, getSessionFacts } from "../store/session-facts.ts";
import type { Context } from "./context.ts";

/** Keeps what is being typed; "" forgets it. A session that is gone has none. */
export async function saveDraft(
  { store, secrets, unsaved }: Pick<Context, "store" | "secrets" | "unsaved">,
  sessionId: SessionId,
  draft: string,
): Promise<void> {
  if (draft === "" && unsaved.get(sessionId) !== undefined) return;
  const masked = maskSecrets(draft, secrets());
  await store.transact((tx) => {
    unsaved.save(tx, sessionId);
    changeSessionFacts(tx, sessionId, { draft: masked });
  });
}

export function readDraft({ store }: Pick<Context, "store">, sessionId: SessionId): string {
  return store.read((tx) => getSessionFacts(tx, sessionId)?.draft ?? "");
}
