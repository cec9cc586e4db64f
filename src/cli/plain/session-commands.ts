/** What is done with one session. */
import type { SessionId } from "../../schema/ids.ts";
import { plainPaint } from "../paint.ts";
import { plural } from "../plural.ts";
import { headLines } from "../session/print-session.ts";
import { renderTranscript } from "../session/render-transcript.ts";
import { namedSession, sessionAndWords } from "./named-sessions.ts";
import { needsArgument, type PlainCommand, usageOf } from "./plain-command.ts";
import type { PlainContext } from "./plain-context.ts";
import { plainTitle } from "./plain-title.ts";

const messagesShown = 20;

/** The one that is named, or the one that is open. */
function oneOf(program: PlainContext, argument: string): SessionId {
  return argument === "" ? program.sessionId : namedSession(program, argument);
}

const switchCommand: PlainCommand = {
  word: "switch",
  argument: "<number or id>",
  summary: "go to another session, by its number in the list or its id",
  run: async (program, argument) => {
    needsArgument(argument, usageOf(switchCommand));
    await program.open(namedSession(program, argument));
    return undefined;
  },
};

const renameCommand: PlainCommand = {
  word: "rename",
  argument: "[@number or @id] <title>",
  summary: "give this session, or the one that is named, another title",
  run: async (program, argument) => {
    const { sessionId, words } = sessionAndWords(program, argument);
    needsArgument(words, usageOf(renameCommand));
    await program.app.renameSession(sessionId, words);
    program.output.lines(`Renamed: ${plainTitle(words)}.`);
    return undefined;
  },
};

async function fork(program: PlainContext, argument: string): Promise<undefined> {
  const { app, output } = program;
  const copy = await app.organise.fork(oneOf(program, argument), {});
  output.lines(`Forked: ${plural(copy.messageCount, "message")} copied. The old session stays as it is.`);
  if (copy.leftOutStep) output.lines("Its last step was not finished and was left out.");
  await program.open(copy.sessionId);
  return undefined;
}

function info(program: PlainContext, argument: string): undefined {
  const { app, output } = program;
  const lines = headLines(app.showSession(oneOf(program, argument)), app.config.projectRoot, plainPaint);
  output.lines(...lines.filter((line) => line !== ""));
  return undefined;
}

function history({ app, output, sessionId, displayCall }: PlainContext): undefined {
  const { messages } = app.readTranscript(sessionId, { limit: messagesShown });
  output.lines(...renderTranscript(messages, { paint: plainPaint, displayCall }));
  return undefined;
}

export const sessionCommands: readonly PlainCommand[] = [
  switchCommand,
  {
    word: "new",
    argument: "[task]",
    summary: "begin a new session, with a first prompt if you like",
    run: async (program, argument) => {
      await program.open((await program.app.createSession()).id);
      if (argument !== "") await program.send(argument);
      return undefined;
    },
  },
  {
    word: "fork",
    argument: "[number or id]",
    summary: "go on in a copy of this session, or of another one",
    run: fork,
  },
  renameCommand,
  { word: "info", argument: "[number or id]", summary: "messages, tokens, cost and files of a session", run: info },
  { word: "history", argument: "", summary: "read out the last messages of this session", run: history },
];
