import { isModelProblem } from "../../app/app.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import { formatMinute } from "../format-time.ts";
import { chooseModel } from "../run/choose-model.ts";
import { renderTranscript } from "../session/render-transcript.ts";
import { plainPaint } from "../paint.ts";
import { plural } from "../plural.ts";
import { plainHint } from "./plain-hint.ts";
import type { PlainContext } from "./plain-context.ts";

interface PlainCommand {
  /** With its argument. */
  readonly usage: string;
  readonly summary: string;
  /** False ends the program. */
  readonly run: (program: PlainContext, argument: string) => Promise<boolean | undefined> | boolean | undefined;
}

const sessionsMax = 50;
const messagesShown = 20;

/** A number of the last list, or whatever names a session. */
function sessionOf({ app, listed }: PlainContext, argument: string): SessionId {
  const number = /^\d{1,3}$/u.test(argument) ? listed[Number(argument) - 1] : undefined;
  return number ?? app.findSession(argument).id;
}

function needsArgument(argument: string, usage: string): void {
  if (argument === "") throw new AppError("usage", `something is missing: ${usage}`);
}

function listSessions(program: PlainContext): undefined {
  const { app, output } = program;
  const sessions = app.listSessions({ limit: sessionsMax });
  program.listed = sessions.map(({ session }) => session.id);
  const lines = sessions.map(({ session, hash, state, figures }, index) => {
    const facts = [hash.slice(0, 7), formatMinute(session.updatedAt * 1000), plural(figures.messageCount, "message")];
    const marks = [state === "idle" ? "" : state, session.id === program.sessionId ? "open" : ""];
    return `${index + 1}. ${session.title}. ${[...facts, ...marks].filter((fact) => fact !== "").join(", ")}.`;
  });
  output.lines(...(lines.length === 0 ? ["There are no sessions."] : lines));
  return undefined;
}

function showModel({ app, output, sessionId }: PlainContext): void {
  const model = app.sessionModel(sessionId);
  output.lines(
    isModelProblem(model)
      ? `${model.message}. ${plainHint(model.hint)}`
      : `Model: ${model.info.name} of ${model.provider.name}.`,
  );
}

async function useModel(program: PlainContext, argument: string): Promise<undefined> {
  const { app, sessionId } = program;
  if (argument !== "") await app.chooseModel(sessionId, chooseModel(argument, app.listProviders()));
  showModel(program);
}

function showHistory({ app, output, sessionId, displayCall }: PlainContext): undefined {
  const { messages } = app.readTranscript(sessionId, { limit: messagesShown });
  output.lines(...renderTranscript(messages, { paint: plainPaint, displayCall }));
  return undefined;
}

const commands: Readonly<Record<string, PlainCommand>> = {
  help: {
    usage: "/help",
    summary: "this list",
    run: ({ output }) => {
      output.lines("Type a prompt and press enter. ctrl+c stops an answer, ctrl+d leaves. Commands:");
      output.lines(...Object.values(commands).map(({ usage, summary }) => `${usage}: ${summary}`));
      output.lines("!command: run a shell command yourself");
      return undefined;
    },
  },
  sessions: { usage: "/sessions", summary: "list the sessions, newest first", run: listSessions },
  switch: {
    usage: "/switch <number or id>",
    summary: "go to another session, by its number in the list or its id",
    run: async (program, argument) => {
      needsArgument(argument, "/switch <number or id>");
      await program.open(sessionOf(program, argument));
      return undefined;
    },
  },
  new: {
    usage: "/new [task]",
    summary: "begin a new session, with a first prompt if you like",
    run: async (program, argument) => {
      await program.open((await program.app.createSession()).id);
      if (argument !== "") await program.send(argument);
      return undefined;
    },
  },
  rename: {
    usage: "/rename <title>",
    summary: "give this session another title",
    run: async ({ app, sessionId, output }, argument) => {
      needsArgument(argument, "/rename <title>");
      await app.renameSession(sessionId, argument);
      output.lines("Renamed.");
      return undefined;
    },
  },
  history: { usage: "/history", summary: "read out the last messages of this session", run: showHistory },
  model: { usage: "/model [provider/model]", summary: "say which model is used, or use another one", run: useModel },
  compact: {
    usage: "/compact",
    summary: "go on from a summary of this session",
    run: async ({ app, sessionId, output }) => {
      const { reason, errorMessage, errorHint } = await app.compactSession(sessionId);
      if (errorMessage !== undefined) {
        throw new AppError("model-failed", errorMessage, errorHint === undefined ? {} : { hint: errorHint });
      }
      output.lines(reason === "canceled" ? "Canceled." : "Compacted.");
      return undefined;
    },
  },
  quit: { usage: "/quit", summary: "leave", run: () => false },
};

/** Runs `/word argument`. False where it ends the program. Throws AppError. */
export async function runPlainCommand(program: PlainContext, line: string): Promise<boolean> {
  const [, word = "", argument = ""] = /^\/(\S*)\s*(.*)$/u.exec(line) ?? [];
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) throw new AppError("usage", `there is no command /${word}`, { hint: "/help lists them" });
  return (await command.run(program, argument.trim())) ?? true;
}
