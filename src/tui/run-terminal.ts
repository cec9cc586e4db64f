import type { ReadStream, WriteStream } from "node:tty";
import type { App } from "../app/app.ts";
import { AppError } from "../lib/app-error.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import type { DisplayCall } from "../schema/display-block.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import { LateModules } from "../term/late-modules.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { createDisplayRenderer } from "./display-renderer.ts";
import type { FoundMessage } from "./found-message.ts";
import { openCommand } from "./open-command.ts";
import type { OpenedProject, OpenProject } from "./project-target.ts";
import { SessionTranscript } from "./session-transcript.ts";
import { SharedTerminal } from "./shared-terminal.ts";
import { TerminalProgram } from "./terminal-program.ts";

export interface RunTerminalOptions {
  readonly displayCall: DisplayCall;
  readonly initialSessionId: SessionId;
  /** A message of the session to begin at. */
  readonly at?: FoundMessage | null;
  /** Taken over from the project that was shown before. */
  readonly terminal?: SharedTerminal;
  /** The directory of the shell that the person comes back to; null: it is gone. */
  readonly startedIn: string | null;
  /** Opens another project for the person. */
  readonly openProject: OpenProject;
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
function farewell(app: App, sessionId: SessionId, startedIn: string | null): string {
  const session = findSession(app, sessionId);
  if (session === null || session.messageCount === 0) return "";
  const { surroundings, workingDirectory } = app.config;
  const command = openCommand(surroundings.calledAs, {
    directory: workingDirectory === startedIn ? null : workingDirectory,
    hash: app.shortId(sessionId).slice(0, 7),
  });
  return `${sanitizeLine(session.title)}\nContinue with: ${sanitizeLine(command)}\n`;
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

/** The person's terminal is as it was before; or the next project is to be shown in it. */
export type TerminalEnd = { readonly exitCode: number } | { readonly next: HandedOn };

/** A project that is open, and the terminal that shows it next. Whoever has it closes both. */
export interface HandedOn extends OpenedProject {
  readonly terminal: SharedTerminal;
}

function openTerminal(app: App, { input, output, clock = systemClock }: RunTerminalOptions): SharedTerminal {
  return new SharedTerminal({
    input,
    output,
    environment: terminalEnvironment(app),
    isRemote: app.config.surroundings.isRemote,
    clock,
  });
}

function createProgram(app: App, { terminal }: SharedTerminal, options: RunTerminalOptions): TerminalProgram {
  const modules = new LateModules(() => program.refresh());
  const program: TerminalProgram = new TerminalProgram({
    app,
    screen: terminal,
    clock: options.clock ?? systemClock,
    createPane: (sessionId, left) => {
      return new SessionTranscript(sessionId, { app, modules, displayCall: options.displayCall }, left);
    },
    renderDisplay: createDisplayRenderer(modules),
    whenLoaded: () => modules.settled(),
    hasColors: terminal.colorDepth !== "none",
    openProject: options.openProject,
    ...(options.onIdle === undefined ? {} : { onIdle: options.onIdle }),
  });
  return program;
}

/** Until the person leaves; the index is kept up meanwhile. Resolves to the exit code. */
async function untilEnded(app: App, program: TerminalProgram, clock: Clock): Promise<number> {
  const cancelIndexing = indexAtRest(app, clock);
  const stopIndexed = app.search.onIndexed(() => {
    program.dispatch({ type: "search-indexed" });
  });
  try {
    return await program.ended;
  } finally {
    cancelIndexing();
    stopIndexed();
  }
}

/**
 * The full-screen program, until the person leaves it: for another project, or with the terminal as it was before and how to
 * continue printed. The app stays open: whoever made it closes it. Throws AppError `not-a-terminal` before anything is
 * changed; rejects with a bug of ours after the terminal was restored.
 */
export async function runTerminal(app: App, options: RunTerminalOptions): Promise<TerminalEnd> {
  const { output, clock = systemClock } = options;
  const shared = options.terminal ?? openTerminal(app, options);
  const program = createProgram(app, shared, options);
  let next: HandedOn | null = null;
  let exitCode: number;
  let last = options.initialSessionId;
  try {
    program.start(last, options.at);
    shared.attach((event) => program.handle(event), { takesTyped: program.state.dialogs.length === 0 });
    exitCode = await untilEnded(app, program, clock);
    last = program.state.session?.id ?? last;
    if (program.next !== null) {
      const { typed, ...opened } = program.next;
      shared.detach(typed);
      next = { ...opened, terminal: shared };
    }
  } finally {
    program[Symbol.dispose]();
    if (next === null) await shared.close();
  }
  if (next !== null) return { next };
  if (exitCode === 0) output.write(lostWords(program.unkept) + farewell(app, last, options.startedIn));
  else await app.leaveQuestions();
  return { exitCode };
}
