import { parseArgs } from "node:util";
import { AppError } from "../lib/app-error.ts";
import { closestName } from "../lib/closest-name.ts";
import type { ConfigFlags } from "../config/config.ts";
import { type CommandEntry, type OptionSpec, type ParsedOptions } from "./command.ts";

export interface FoundCommand {
  /** From the program's own entry down to the one that is meant. */
  readonly path: readonly CommandEntry[];
  /** Everything but the names. */
  readonly rest: readonly string[];
}

function takesValue(word: string, options: readonly OptionSpec[]): boolean {
  if (word.startsWith("--")) {
    return options.some((option) => option.value !== undefined && word === `--${option.name}`);
  }
  // `-dc dir`: only the last of the letters can take the next word.
  const last = word.at(-1);
  const letters = Array.from(word.slice(1, -1));
  const isCut = letters.some((letter) =>
    options.some((option) => option.short === letter && option.value !== undefined),
  );
  return !isCut && options.some((option) => option.value !== undefined && option.short === last);
}

function memberNamed(entry: CommandEntry, name: string): CommandEntry | undefined {
  return entry.members?.find((member) => member.name === name || member.aliases.includes(name));
}

function unknownCommand(path: readonly CommandEntry[], name: string): AppError {
  const names = path.at(-1)?.members?.flatMap((member) => [member.name, ...member.aliases]) ?? [];
  const guess = closestName(name, names);
  const called = path.map((entry) => entry.name).join(" ");
  return new AppError("usage", `unknown command "${name}" for "${called}"`, {
    hint: guess === undefined ? `\`${called} --help\` lists the commands` : `did you mean \`${called} ${guess}\`?`,
  });
}

/** Finds the command that is meant; flags may stand before and between the names. Throws AppError `usage`. */
export function findCommand(root: CommandEntry, argv: readonly string[], options: readonly OptionSpec[]): FoundCommand {
  const path: CommandEntry[] = [root];
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    const entry = path.at(-1) ?? root;
    if (entry.members === undefined || word === "--") return { path, rest: [...rest, ...argv.slice(index)] };
    if (word.startsWith("-") && word !== "-") {
      rest.push(word);
      if (takesValue(word, options) && index + 1 < argv.length) rest.push(argv[(index += 1)] ?? "");
      continue;
    }
    const member = memberNamed(entry, word);
    if (member === undefined) throw unknownCommand(path, word);
    path.push(member);
  }
  return { path, rest };
}

interface Parsed {
  readonly words: readonly string[];
  readonly options: ParsedOptions;
}

function usageError(error: unknown, called: string, options: readonly OptionSpec[]): AppError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const hint = `\`${called} --help\` shows what there is`;
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const name = /'(-[^']*)'/u.exec(message)?.[1] ?? "";
    const guess = closestName(
      name,
      options.map((option) => `--${option.name}`),
    );
    return new AppError("usage", `unknown flag: ${name}`, {
      hint: guess === undefined ? hint : `did you mean ${guess}?`,
      cause: error,
    });
  }
  return new AppError("usage", message.replace(/^Option /u, "flag ").replace(/\.? ?\n[\s\S]*$/u, ""), {
    hint,
    cause: error,
  });
}

/** No flag is a number: behind one that takes a value it is the value, a negative one too. */
function withNegativeNumbers(rest: readonly string[], options: readonly OptionSpec[]): string[] {
  const words: string[] = [];
  for (const [index, word] of rest.entries()) {
    if (rest.slice(0, index).includes("--") || !/^-\d/u.test(word)) words.push(word);
    else if (options.some(({ name, value }) => value !== undefined && rest[index - 1] === `--${name}`)) {
      words.push(`${words.pop() ?? ""}=${word}`);
    } else words.push(word);
  }
  return words;
}

/** Parses the flags and words of a command. Throws AppError `usage`. */
export function parseArguments(rest: readonly string[], options: readonly OptionSpec[], called: string): Parsed {
  const known = options.map((option) => {
    const type = option.value === undefined ? ("boolean" as const) : ("string" as const);
    return [option.name, option.short === undefined ? { type } : { type, short: option.short }] as const;
  });
  try {
    const { values, positionals } = parseArgs({
      args: withNegativeNumbers(rest, options),
      options: Object.fromEntries(known),
      allowPositionals: true,
      strict: true,
    });
    const parsed: ParsedOptions = {
      has: (name) => values[name] === true || typeof values[name] === "string",
      text: (name) => {
        const value = values[name];
        return typeof value === "string" ? value : undefined;
      },
    };
    checkChoices(parsed, options);
    return { words: positionals, options: parsed };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw usageError(error, called, options);
  }
}

function checkChoices(parsed: ParsedOptions, options: readonly OptionSpec[]): void {
  for (const { name, choices } of options) {
    const value = parsed.text(name);
    if (value === undefined || choices === undefined || choices.includes(value)) continue;
    throw new AppError("usage", `--${name} cannot be "${value}"`, { hint: `it takes ${choices.join(", ")}` });
  }
}

/** The flags that decide which config is read. */
export function configFlags(options: ParsedOptions): ConfigFlags {
  const cwd = options.text("cwd");
  const dataDirectory = options.text("data-dir");
  return {
    ...(cwd !== undefined && { cwd }),
    ...(dataDirectory !== undefined && { dataDirectory }),
    ...(options.has("debug") && { debug: true }),
    ...(options.has("yolo") && { yolo: true }),
    ...(options.has("trust") && { trust: true }),
  };
}
