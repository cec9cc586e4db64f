import { type CommandCall, type CommandRule, type Problem } from "./command-call.ts";
import type { ShellWord } from "./shell-word.ts";

/** Variables that change how programs print, and no more. Others choose programs, libraries and configuration. */
const harmlessVariable = /^(LC_[A-Z]+|LANG|LANGUAGE|TZ|NO_COLOR|CLICOLOR|CLICOLOR_FORCE|FORCE_COLOR|COLUMNS|LINES)$/;

export function isHarmlessVariable(name: string): boolean {
  return harmlessVariable.test(name);
}

function textOf(word: ShellWord | undefined): string | undefined {
  return word?.kind === "known" ? word.value : undefined;
}

/** What follows a wrapper has to be a command: an option that is not known stands in its place otherwise. */
function judgeRest(call: CommandCall, rest: readonly ShellWord[]): Problem {
  const first = textOf(rest[0]);
  if (first === undefined || first.startsWith("-")) return `what ${call.name} runs is not known`;
  return call.judge(rest);
}

const judgeEnv: CommandRule = (call) => {
  let index = 0;
  for (; index < call.words.length; index += 1) {
    const text = textOf(call.words[index]);
    const equals = text?.indexOf("=") ?? -1;
    if (text === undefined || equals === -1) break;
    const name = text.slice(0, equals);
    if (!isHarmlessVariable(name)) return `env sets ${name}`;
  }
  return index === call.words.length ? undefined : judgeRest(call, call.words.slice(index));
};

const judgeTimeout: CommandRule = (call) => {
  const duration = textOf(call.words[0]);
  if (duration === undefined || !/^\d+(\.\d+)?[smhd]?$/.test(duration)) return "an option of timeout is not known";
  return judgeRest(call, call.words.slice(1));
};

const judgeNice: CommandRule = (call) => {
  const hasValue = textOf(call.words[0]) === "-n" && /^-?\d+$/.test(textOf(call.words[1]) ?? "");
  return judgeRest(call, call.words.slice(hasValue ? 2 : 0));
};

const judgeTime: CommandRule = (call) => judgeRest(call, call.words.slice(textOf(call.words[0]) === "-p" ? 1 : 0));

const judgePlain: CommandRule = (call) => judgeRest(call, call.words);

const judgeCommand: CommandRule = (call) => {
  const first = textOf(call.words[0]);
  return first === "-v" || first === "-V" ? undefined : judgeRest(call, call.words);
};

const judgeShell: CommandRule = (call) => {
  const [flag, script, ...others] = call.words;
  const text = textOf(script);
  const isScript = textOf(flag) === "-c" && text !== undefined && others.length === 0;
  return isScript ? call.judgeScript(text) : `${call.name} runs a script that is not known`;
};

/** Options of xargs, by whether a value follows in the next word. */
const xargsFlags =
  /^(-[0rt]+|--null|--no-run-if-empty|--verbose|-[nPLsdI].+|--(max-args|max-procs|max-lines|delimiter)=.*)$/;
const xargsValued = new Set(["-n", "-P", "-L", "-s", "-d", "-I"]);

/** Of -I, -n and -L the last one counts. */
const xargsLimit = /^(-[nL]|--max-(args|lines)=)/;

/** Where an input line is put in is not known, and where it is put last it may be any words. */
const judgeXargs: CommandRule = (call) => {
  let index = 0;
  let mark: string | undefined;
  let isMarked = false;
  for (; index < call.words.length; index += 1) {
    const text = textOf(call.words[index]);
    if (text === undefined || !text.startsWith("-")) break;
    if (text.startsWith("-I")) mark = text === "-I" ? textOf(call.words[index + 1]) : text.slice(2);
    if (xargsValued.has(text)) {
      index += 1;
      // Unquoted it may be several words, the last ones the command.
      if (!textOf(call.words[index])) return "an option of xargs has a value that is not known";
    } else if (!xargsFlags.test(text)) return `an option of xargs is not known to be harmless`;
    isMarked = text.startsWith("-I") || (isMarked && !xargsLimit.test(text));
  }
  const rest = call.words.slice(index);
  if (rest.length === 0) return undefined;
  const words = rest.map((word): ShellWord =>
    mark !== undefined && word.kind === "known" && word.value.includes(mark) ? { kind: "dynamic" } : word,
  );
  return judgeRest(call, isMarked ? words : [...words, { kind: "dynamic" }]);
};

/** Programs that run another one. Those that are not here, such as sudo, exec, eval, trap and source, ask. */
export const wrapperRules: ReadonlyMap<string, CommandRule> = new Map([
  ["env", judgeEnv],
  ["timeout", judgeTimeout],
  ["nice", judgeNice],
  ["time", judgeTime],
  ["nohup", judgePlain],
  ["builtin", judgePlain],
  ["command", judgeCommand],
  ["bash", judgeShell],
  ["sh", judgeShell],
  ["xargs", judgeXargs],
]);
