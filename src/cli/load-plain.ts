import { keepBackups } from "../app/daily-timer.ts";
import { systemClock } from "../lib/clock.ts";
import type { CliDependencies, TerminalOptions } from "./command.ts";

/** The program line by line, for screen readers and terminals that can do no more. Resolves to the exit code. */
export async function runPlain(
  { flags, session, continueLast }: TerminalOptions,
  dependencies: CliDependencies,
): Promise<number> {
  const [app, { PlainProgram }, displayCall] = await Promise.all([
    dependencies.openApp({ flags }),
    import("./plain/plain-program.ts"),
    dependencies.displayCall(),
  ]);
  const stopBackups = keepBackups(app, systemClock);
  try {
    const wanted = session === undefined ? (continueLast ? app.lastSession() : null) : app.findSession(session);
    const shown = wanted ?? (await app.openStartSession());
    const { io, calledAs } = dependencies;
    return await new PlainProgram({ app, io, displayCall, calledAs, sessionId: shown.id }).run();
  } finally {
    stopBackups();
    await app.close();
  }
}
