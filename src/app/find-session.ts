import { AppError } from "../lib/app-error.ts";
import { detailsLength } from "../lib/short-id.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import { findSessionsByPrefix } from "../store/sessions.ts";
import type { Context } from "./context.ts";

export function sessionNotFound(sessionId: SessionId): AppError {
  return new AppError("session-not-found", `session not found: ${sessionId}`, {
    hint: "it may have been deleted elsewhere; crush session list shows what there is",
  });
}

/** The session that a UUID, a hash or a unique prefix of either means. Throws session-not-found or session-ambiguous. */
export function findSession({ store, shortId }: Pick<Context, "store" | "shortId">, idOrPrefix: string): Session {
  const matches = store.read((tx) => findSessionsByPrefix(tx, idOrPrefix, shortId));
  const [first, second] = matches;
  if (first === undefined) {
    throw new AppError("session-not-found", `session not found: ${idOrPrefix}`, {
      hint: "crush session list shows the sessions of this project",
    });
  }
  if (second !== undefined) {
    const lines = matches.map((match) => {
      const date = new Date(match.createdAt * 1000).toISOString();
      return `  ${shortId(match.id).slice(0, detailsLength)}  ${date}  ${match.title}`;
    });
    throw new AppError("session-ambiguous", `session id ${idOrPrefix} is ambiguous; it may be\n${lines.join("\n")}`, {
      hint: "give more characters",
    });
  }
  return first;
}
