import { isInside } from "../../lib/real-path.ts";
import type { PathLookup } from "../policy.ts";
import type { ShellWord } from "./shell-word.ts";

/** Why a command is not known to be harmless; undefined where it is. */
export type Problem = string | undefined;

/** A simple command with its arguments evaluated. */
export interface CommandCall {
  readonly name: string;
  readonly words: readonly ShellWord[];
  /** Where it may run. Absolute. */
  readonly directories: ReadonlySet<string>;
  readonly projectRoot: string;
  readonly paths: PathLookup | undefined;
  /** Judges a command that this one runs. */
  judge(words: readonly ShellWord[]): Problem;
  /** Judges a script that this one runs in a shell. */
  judgeScript(script: string): Problem;
}

export type CommandRule = (call: CommandCall) => Problem;

const harmlessDevice = /^\/dev\/(null|stdin|fd\/\d+)$/;

/** Whether reading this path stays inside the project. */
export function pathProblem(file: string, call: CommandCall): Problem {
  if (file === "" || file === "-" || harmlessDevice.test(file)) return undefined;
  const { paths } = call;
  if (paths === undefined) return `can't tell where ${file} leads`;
  const root = paths.realPath(call.projectRoot, "/");
  const isWithin = [...call.directories].every((directory) => isInside(root, paths.realPath(file, directory)));
  return isWithin ? undefined : `${file} lies outside the project`;
}

/** The paths that an argument may hold, whatever the program takes it for. */
function possiblePaths(argument: string): string[] {
  if (!argument.startsWith("-")) return [argument];
  const equals = argument.indexOf("=");
  const attached = argument.startsWith("--") ? [] : [argument.slice(2)];
  return [...attached, ...(equals === -1 ? [] : [argument.slice(equals + 1)])];
}

export function wordProblem(word: ShellWord, call: CommandCall): Problem {
  if (word.kind === "dynamic") return `${call.name} gets an argument that is only known when it runs`;
  return firstProblem(possiblePaths(word.value), (file) => pathProblem(file, call));
}

export function firstProblem<T>(items: Iterable<T>, check: (item: T) => Problem): Problem {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The values of words that are all known; undefined where one is not. */
export function knownValues(words: readonly ShellWord[]): string[] | undefined {
  const values: string[] = [];
  for (const word of words) {
    if (word.kind === "dynamic") return undefined;
    values.push(word.value);
  }
  return values;
}
