import type { ReadStream, WriteStream } from "node:tty";
import type { App } from "../app/app.ts";
import { AppError } from "../lib/app-error.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import type { DisplayCall } from "../schema/display-block.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import { LateModules } from "../term/late-modules.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { Terminal } from "../term/terminal.ts";
import { createDisplayRenderer } from "./display-renderer.ts";
import { SessionTranscript } from "./session-transcript.ts";
import { TerminalProgram } from "./terminal-program.ts";

export interface RunTerminalOptions {
  readonly displayCall: DisplayCall;
  readonly initialSessionId: SessionId;
  readonly input: ReadStream;
  readonly output: WriteStream & { readonly fd: number };
  readonly clock?: Clock;
  /** Called each time when all that was begun is done and painted. */
  readonly onIdle?: () => void;
}

/** Nobody searches in the first moment, and the start has other things to do. */
const indexingAfterMs = 2_000;

/** Begins to keep the search index up when no turn runs here: what streams comes first. Returns how to give it up. */
function indexAtRest(app: App, clock: Clock): () => void {
  let cancel: () => void = () => undefined;
  const wait = (): void => {
    cancel = clock.after(indexingAfterMs, () => {
      if (app.runningSessions().length > 0) wait();
      else app.search.keepIndexed();
    });
  };
  wait();
  return () => {
    cancel();
  };
}

/** How to go on with the session; "" for one in which nothing was said: it may be gone already, with its window. */
function farewell(app: App, sessionId: SessionId): string {
  const session = findSession(app, sessionId);
  if (session === null || session.messageCount === 0) return "";
  const hash = app.shortId(sessionId).slice(0, 7);
  return `${sanitizeLine(session.title)}\nContinue with: ${app.config.surroundings.calledAs} -s ${hash}\n`;
}

/** Said where the person can still read it. */
function lostWords(unkept: AppError | null): string {
  return unkept === null ? "" : `What was typed last could not be kept: ${sanitizeLine(unkept.message)}\n`;
}

function findSession(app: App, sessionId: SessionId): Session | null {
  try {
    return app.showSession(sessionId).session;
  } catch (error) {
    if (error instanceof AppError && error.code === "session-not-found") return null;
    throw error;
  }
}

function terminalEnvironment({ config }: App): Record<string, string | undefined> {
  const { noColor, term, colorTerm } = config.surroundings;
  return { TERM: term, COLORTERM: colorTerm, ...(noColor ? { NO_COLOR: "1" } : {}) };
}

/**
 * The full-screen program, until the person leaves it: resolves with the exit code, the terminal as it was before and
 * how to continue printed. The app stays open: whoever made it closes it. Throws AppError `not-a-terminal` before
 * anything is changed; rejects with a bug of ours after the terminal was restored.
 */
export async function runTerminal(app: App, options: RunTerminalOptions): Promise<number> {
  const { input, output, clock = systemClock } = options;
  let program: TerminalProgram | null = null;
  const terminal = Terminal.open({
    input,
    output,
    environment: terminalEnvironment(app),
    isRemote: app.config.surroundings.isRemote,
    clock,
    onEvent: (event) => program?.handle(event),
  });
  const modules = new LateModules(() => program?.refresh());
  program = new TerminalProgram({
    app,
    screen: terminal,
    clock,
    createPane: (sessionId, left) => {
      return new SessionTranscript(sessionId, { app, modules, displayCall: options.displayCall }, left);
    },
    renderDisplay: createDisplayRenderer(modules),
    whenLoaded: () => modules.settled(),
    hasColors: terminal.colorDepth !== "none",
    ...(options.onIdle === undefined ? {} : { onIdle: options.onIdle }),
  });
  let exitCode: number;
  let last = options.initialSessionId;
  try {
    program.start(options.initialSessionId);
    const cancelIndexing = indexAtRest(app, clock);
    const stopIndexed = app.search.onIndexed(() => {
      program.dispatch({ type: "search-indexed" });
    });
    exitCode = await program.ended;
    cancelIndexing();
    stopIndexed();
    last = program.state.session?.id ?? last;
  } finally {
    program[Symbol.dispose]();
    await terminal.close();
  }
  if (exitCode === 0) output.write(lostWords(program.unkept) + farewell(app, last));
  else await app.leaveQuestions();
  return exitCode;
}
