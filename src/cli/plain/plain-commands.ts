import { isModelProblem } from "../../app/app.ts";
import { AppError } from "../../lib/app-error.ts";
import { chooseModel } from "../run/choose-model.ts";
import { deleteCommand } from "./delete-command.ts";
import { listCommands } from "./list-commands.ts";
import { type PlainCommand, usageOf } from "./plain-command.ts";
import type { PlainContext } from "./plain-context.ts";
import { plainHint } from "./plain-hint.ts";
import { sessionCommands } from "./session-commands.ts";
import { sortCommands } from "./sort-commands.ts";

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

async function compact({ app, sessionId, output }: PlainContext): Promise<undefined> {
  const { reason, errorMessage, errorHint } = await app.compactSession(sessionId);
  if (errorMessage !== undefined) {
    throw new AppError("model-failed", errorMessage, errorHint === undefined ? {} : { hint: errorHint });
  }
  output.lines(reason === "canceled" ? "Canceled." : "Compacted.");
}

function help({ output }: PlainContext): undefined {
  output.lines("Type a prompt and press enter. ctrl+c stops an answer, ctrl+d leaves. Commands:");
  output.lines(...commands.map((command) => `${usageOf(command)}: ${command.summary}`));
  output.lines("!command: run a shell command yourself");
  output.lines("A number is one of the last list, of /sessions or /search. An id may be the start of one.");
}

/** In the order in which they are read out. */
const commands: readonly PlainCommand[] = [
  { word: "help", argument: "", summary: "this list", run: help },
  ...listCommands,
  ...sessionCommands,
  ...sortCommands,
  deleteCommand,
  {
    word: "model",
    argument: "[provider/model]",
    summary: "say which model is used, or use another one",
    run: useModel,
  },
  { word: "compact", argument: "", summary: "go on from a summary of this session", run: compact },
  { word: "quit", argument: "", summary: "leave", run: () => false },
];

/** Runs `/word argument`. False where it ends the program. Throws AppError. */
export async function runPlainCommand(program: PlainContext, line: string): Promise<boolean> {
  const [, word = "", argument = ""] = /^\/(\S*)\s*(.*)$/u.exec(line) ?? [];
  const command = commands.find((each) => each.word === word);
  if (command === undefined) throw new AppError("usage", `there is no command /${word}`, { hint: "/help lists them" });
  return (await command.run(program, argument.trim())) ?? true;
}
