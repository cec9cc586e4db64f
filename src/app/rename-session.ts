import { AppError } from "../lib/app-error.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { SessionId } from "../schema/ids.ts";
import { setTitle } from "../store/session-facts.ts";
import { getSession } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import { sessionNotFound } from "./find-session.ts";

const titleLengthMax = 200;

/** A title that a person gives. Throws usage where nothing of it can be seen, session-not-found. */
export async function renameSession(
  { store, log, shortId, secrets, unsaved }: Pick<Context, "store" | "log" | "shortId" | "secrets" | "unsaved">,
  sessionId: SessionId,
  { title, expected }: { readonly title: string; readonly expected?: string },
): Promise<void> {
  const text = cleanTitle(maskSecrets(title, secrets()));
  const isThere = await store.transact((tx) => {
    unsaved.save(tx, sessionId);
    const current = getSession(tx, sessionId)?.title;
    if (expected !== undefined && current !== undefined && current !== expected) {
      throw new AppError("usage", `the title was changed meanwhile, to “${current}”`, { hint: "rename it again" });
    }
    return setTitle(tx, sessionId, { text, source: "person" });
  });
  if (!isThere) throw sessionNotFound(sessionId);
  log.write("info", "session renamed", { session: shortId(sessionId) });
}

/** One line of visible text. */
function cleanTitle(title: string): string {
  const text = title
    .replaceAll(/\p{Cc}+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  if (!/[^\p{Cf}\s]/u.test(text)) throw new AppError("usage", "a title needs at least one visible character");
  return text.slice(0, titleLengthMax).toWellFormed();
}
