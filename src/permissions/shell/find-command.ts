import { type CommandCall, firstProblem, knownValues, pathProblem, type Problem } from "./command-call.ts";
import { known, type ShellWord } from "./shell-word.ts";

const alone = new Set(
  (
    "-print -print0 -ls -prune -depth -d -mount -xdev -empty -true -false -o -or -a -and -not ! ( ) , -readable " +
    "-writable -executable -nouser -nogroup -daystart -noleaf -nowarn -warn -quit -ignore_readdir_race"
  ).split(" "),
);
const withValue = new Set(
  (
    "-name -iname -path -ipath -wholename -iwholename -lname -ilname -regex -iregex -regextype -type -xtype -maxdepth " +
    "-mindepth -mtime -atime -ctime -mmin -amin -cmin -size -perm -user -group -uid -gid -links -inum -newer -anewer " +
    "-cnewer -samefile -printf -used -fstype"
  ).split(" "),
);
const alternatives = new Set(["-o", "-or", ",", "!", "-not", "("]);

interface Found {
  readonly starts: readonly string[];
  readonly expression: readonly string[];
}

function partsOf(values: readonly string[]): Found {
  const begin = values.findIndex((value) => value !== "-H" && value !== "-P");
  const given = begin === -1 ? [] : values.slice(begin);
  const end = given.findIndex((value) => value.startsWith("-") || value === "(" || value === "!");
  return end === -1 ? { starts: given, expression: [] } : { starts: given.slice(0, end), expression: given.slice(end) };
}

/** What `{}` stands for: certainly a file inside where only regular files get there, links never being followed. */
function foundWord({ starts, expression }: Found, { isRegular }: { readonly isRegular: boolean }): ShellWord {
  const isCertain = isRegular && !expression.some((part) => alternatives.has(part));
  return isCertain ? known(`${starts[0] ?? "."}/found`) : { kind: "dynamic" };
}

/** The command of an `-exec` without its end, as find cuts it: `+` is an end only behind `{}`, for which several stand. */
function nestedCommand(following: readonly string[]): { words: readonly string[]; isMany: boolean } | undefined {
  const isPlus = (value: string, index: number): boolean => value === "+" && following[index - 1] === "{}";
  const length = following.findIndex((value, index) => value === ";" || isPlus(value, index));
  return length === -1 ? undefined : { words: following.slice(0, length), isMany: following[length] === "+" };
}

function nestedWords(command: readonly string[], found: readonly ShellWord[]): ShellWord[] {
  return command.flatMap((value) => {
    if (value === "{}") return found;
    return value.includes("{}") ? { kind: "dynamic" } : known(value);
  });
}

function expressionProblem(parts: Found, call: CommandCall): Problem {
  const { expression } = parts;
  let isRegular = false;
  for (let index = 0; index < expression.length; index += 1) {
    const part = expression[index] ?? "";
    if (alone.has(part)) continue;
    if (withValue.has(part) || /^-newer[aBcm][aBcmt]$/.test(part)) {
      index += 1;
      isRegular ||= part === "-type" && expression[index] === "f";
      continue;
    }
    // -execdir runs elsewhere, -ok asks at a terminal.
    if (part !== "-exec") return `find ${part} is not known to be harmless`;
    const command = nestedCommand(expression.slice(index + 1));
    if (command === undefined) return "find runs a command that does not end";
    const found = foundWord(parts, { isRegular });
    const problem = call.judge(nestedWords(command.words, command.isMany ? [found, found] : [found]));
    if (problem !== undefined) return problem;
    index += command.words.length + 1;
  }
  return undefined;
}

export function judgeFind(call: CommandCall): Problem {
  const values = knownValues(call.words);
  if (values === undefined) return "find gets an argument that is only known when it runs";
  const parts = partsOf(values);
  return firstProblem(parts.starts, (start) => pathProblem(start, call)) ?? expressionProblem(parts, call);
}
