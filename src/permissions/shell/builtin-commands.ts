import { type CommandRule, firstProblem, knownValues } from "./command-call.ts";
import type { ShellWord } from "./shell-word.ts";

function textOf(word: ShellWord | undefined): string | undefined {
  return word?.kind === "known" ? word.value : undefined;
}

/** `-v` and `-R` take the name of a variable, whose index may hold a command; an unknown word may be one of them. */
const judgeTest: CommandRule = ({ words }) => {
  const values = knownValues(words);
  if (values === undefined) return "test gets an argument that is only known when it runs";
  const looksAtName = values.some((value) => value === "-v" || value === "-R");
  return looksAtName ? "test looks at a variable by its name" : undefined;
};

const judgeBracket: CommandRule = (call) =>
  textOf(call.words.at(-1)) === "]" ? judgeTest({ ...call, words: call.words.slice(0, -1) }) : "[ is not closed";

/** `-v` assigns to a variable, whose index may hold a command. */
const judgePrintf: CommandRule = ({ words }) => {
  const format = textOf(words[0]);
  return format === undefined || format.startsWith("-") ? "printf may assign to a variable" : undefined;
};

const judgeSet: CommandRule = ({ words }) => {
  const values = knownValues(words) ?? ["unknown"];
  const isHarmless = values.length > 0 && values.every((value) => /^-[eux]*o?$/.test(value) || value === "pipefail");
  return isHarmless ? undefined : "set changes more than how errors are treated";
};

const judgeStatus: CommandRule = ({ name, words }) =>
  words.length <= 1 &&
  firstProblem(words, (word) => (/^\d+$/.test(textOf(word) ?? "") ? undefined : name)) === undefined
    ? undefined
    : `${name} gets an argument that is not a number`;

/** Builtins with arguments that matter. `cd` is judged where directories are kept. */
export const builtinRules: ReadonlyMap<string, CommandRule> = new Map([
  ["test", judgeTest],
  ["[", judgeBracket],
  ["printf", judgePrintf],
  ["set", judgeSet],
  ["exit", judgeStatus],
  ["break", judgeStatus],
  ["continue", judgeStatus],
]);
