import type { Session } from "../schema/session.ts";
import { listSessionFacts } from "../store/session-facts.ts";
import { listSessions as listRows } from "../store/sessions.ts";
import type { SessionSummary } from "./app.ts";
import type { Context } from "./context.ts";
import type { TurnRegistry } from "./turn-registry.ts";

export interface ListOptions {
  readonly limit?: number;
  readonly turns: TurnRegistry;
  readonly isWaiting: (sessionId: Session["id"]) => boolean;
}

/** The sessions of the project, the last changed first; no child and no old title sessions. */
export function listSessions(
  { store, shortId }: Pick<Context, "store" | "shortId">,
  { limit, turns, isWaiting }: ListOptions,
): SessionSummary[] {
  return store.read((tx) => {
    const facts = listSessionFacts(tx);
    return listRows(tx, limit === undefined ? {} : { limit }).map((session) => ({
      session,
      hash: shortId(session.id),
      state: isWaiting(session.id) ? "waiting" : turns.get(session.id) === undefined ? "idle" : "running",
      model: facts.get(session.id)?.model ?? null,
    }));
  });
}
