import { AppError } from "../lib/app-error.ts";
import { isTooSmall, smallestSize } from "../term/smallest-size.ts";
import {
  type CliDependencies,
  type Command,
  type CommandEntry,
  globalOptions,
  type OptionSpec,
  rootOptions,
  type TerminalOptions,
} from "./command.ts";
import { exitCodeOf, exitCodes } from "./exit.ts";
import { helpText } from "./help.ts";
import { rootEntry } from "./load-commands.ts";
import { runPlain } from "./load-plain.ts";
import { configFlags, findCommand, type FoundCommand, parseArguments } from "./parse-arguments.ts";
import { isNewDamage } from "./open-with-recovery.ts";
import { printError } from "./print-error.ts";

const programOptions: readonly OptionSpec[] = [...rootOptions, ...globalOptions];

const programHelp = {
  usage: "",
  description: `${rootEntry.summary} Without a command it opens the full screen.`,
  examples: [
    { comment: "Open the full screen in this project", words: "" },
    { comment: "Go on with the session used last", words: "--continue" },
    { comment: "Line by line, for a screen reader", words: "--plain" },
    { comment: "Work in another directory", words: "--cwd ~/code/other" },
    { comment: "Ask without the full screen", words: 'run "What does this project do?"' },
    { comment: "Hand something in", words: 'run "Review this change"', before: "git diff |" },
  ],
};

function printHelp(dependencies: CliDependencies, path: readonly CommandEntry[], command?: Command): number {
  const own = path.length === 1 ? programHelp : command;
  const options = path.length === 1 ? programOptions : [...(command?.options ?? []), ...globalOptions];
  dependencies.io.write(helpText({ path, command: own, options, calledAs: dependencies.calledAs }));
  return exitCodes.ok;
}

function named(path: readonly CommandEntry[], calledAs: string): string {
  return [calledAs, ...path.slice(1).map((entry) => entry.name)].join(" ");
}

/** `help session list` asks for the same as `session list --help`. */
function withoutHelpWord(argv: readonly string[]): readonly string[] {
  return argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
}

/** The program without a command: version, help, or the full screen. */
async function runProgram(found: FoundCommand, dependencies: CliDependencies): Promise<number> {
  const { io, calledAs } = dependencies;
  const { options } = parseArguments(found.rest, programOptions, calledAs);
  if (options.has("help")) return printHelp(dependencies, found.path);
  if (options.has("version")) {
    io.write(`${calledAs} version ${dependencies.version}\n`);
    return exitCodes.ok;
  }
  const session = options.text("session");
  if (session !== undefined && options.has("continue")) {
    throw new AppError("usage", "--session and --continue exclude each other", { hint: "give one of them" });
  }
  const wanted = {
    flags: configFlags(options),
    continueLast: options.has("continue"),
    ...(session !== undefined && { session }),
  };
  if (options.has("plain")) return startMended(wanted, dependencies, async () => runPlain(wanted, dependencies));
  if (!io.isInputTerminal || !io.isOutputTerminal) {
    throw new AppError("not-a-terminal", "the full screen needs a terminal for its input and output", {
      hint: `to run one prompt without it: ${calledAs} run "…"`,
    });
  }
  if (isTooSmall(io)) {
    const { columns, rows } = smallestSize;
    throw new AppError(
      "terminal-too-small",
      `a terminal of ${io.columns}×${io.rows} is too small, ${columns}×${rows} is needed`,
      {
        hint: `make the window larger, or run one prompt without the full screen: ${calledAs} run "…"`,
      },
    );
  }
  return runFullScreen(wanted, dependencies);
}

/** One project after the other, as the person goes from one to another. */
async function runFullScreen(first: TerminalOptions, dependencies: CliDependencies): Promise<number> {
  let shown: number | TerminalOptions = first;
  while (typeof shown !== "number") shown = await showProject(shown, dependencies);
  return shown;
}

async function showProject(place: TerminalOptions, dependencies: CliDependencies): Promise<number | TerminalOptions> {
  return startMended(place, dependencies, async () => dependencies.runTerminal(place));
}

/** Where the database turns out to be damaged only once it is open, mending is offered then, and the start made anew. */
async function startMended<T>(
  { flags }: TerminalOptions,
  { openApp }: CliDependencies,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!isNewDamage(error)) throw error;
    const app = await openApp({ flags, damage: error });
    await app.close();
    return start();
  }
}

function checkWords(command: Command, words: readonly string[], called: string): void {
  const { min, max } = command.words;
  if (words.length >= min && words.length <= max) return;
  const what = words.length < min ? "something is missing" : `"${words[max] ?? ""}" is too much`;
  throw new AppError("usage", `${what}: ${called} ${command.usage}`.trimEnd(), {
    hint: `\`${called} --help\` shows examples`,
  });
}

async function runFound(found: FoundCommand, dependencies: CliDependencies): Promise<number> {
  const { path, rest } = found;
  if (path.length === 1) return runProgram(found, dependencies);
  const called = named(path, dependencies.calledAs);
  const command = await path.at(-1)?.load?.();
  if (command === undefined) {
    // A group by itself has nothing to run: what is in it is the answer.
    parseArguments(rest, globalOptions, called);
    return printHelp(dependencies, path);
  }
  const { words, options } = parseArguments(rest, [...command.options, ...globalOptions], called);
  if (options.has("help")) return printHelp(dependencies, path, command);
  checkWords(command, words, called);
  return command.run({ words, options, flags: configFlags(options), dependencies });
}

/**
 * Runs what the command line asks for and resolves to the exit code, the output written. `argv` is without the runtime
 * and the script. Errors that a person can act on are printed; a bug is thrown, for the crash handler.
 */
export async function runCommand(argv: readonly string[], dependencies: CliDependencies): Promise<number> {
  try {
    const root = { ...rootEntry, name: dependencies.calledAs };
    const found = findCommand(root, withoutHelpWord(argv), programOptions);
    return await runFound(found, dependencies);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    printError(dependencies, error);
    return exitCodeOf(error);
  } finally {
    await dependencies.io.flush();
  }
}
