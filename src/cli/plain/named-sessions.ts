/** Which sessions a command means. */
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { PlainContext } from "./plain-context.ts";

/** An id has more digits: no list is as long. */
const numberPattern = /^\d{1,5}$/u;

/** A number of the last list, or whatever names a session. Throws session-not-found, session-ambiguous. */
export function namedSession({ app, listed }: PlainContext, name: string): SessionId {
  if (!numberPattern.test(name)) return app.findSession(name).id;
  const id = listed.ids[Number(name) - 1];
  if (id !== undefined) return id;
  throw new AppError("session-not-found", `the last list has no session ${name}`, {
    hint: "/sessions lists them; the start of an id names one too",
  });
}

/** Those that the words name; with none the one that is open. Each once. */
export function namedSessions(program: PlainContext, argument: string): SessionId[] {
  const names = argument.split(/[\s,]+/u).filter((name) => name !== "");
  if (names.length === 0) return [program.sessionId];
  return [...new Set(names.map((name) => namedSession(program, name)))];
}

/** `@3 other words` are of another session, plain words of the one that is open. */
export function sessionAndWords(
  program: PlainContext,
  argument: string,
): { readonly sessionId: SessionId; readonly words: string } {
  const [, name, words = ""] = /^@(\S+)\s*(.*)$/u.exec(argument) ?? [];
  return name === undefined
    ? { sessionId: program.sessionId, words: argument }
    : { sessionId: namedSession(program, name), words };
}
