import path from "node:path";
import { isInside } from "../../lib/real-path.ts";
import { type CommandCall, firstProblem, knownValues, pathProblem, type Problem } from "./command-call.ts";

/** Long options of reading subcommands that write a file or run a program; git takes any unique start of a name too. */
const harmfulOptions = [
  "--output",
  "--ext-diff",
  "--textconv",
  "--open-files-in-pager",
  "--exec",
  "--upload-pack",
  "--contents",
  "--filters",
  "--paginate",
  "--show-signature",
  "--submodule",
];

const globalFlags = new Set(["--no-pager", "--no-optional-locks", "--literal-pathspecs"]);

/**
 * Subcommands that only read, whatever follows but the harmful options. None that git has given up (`whatchanged`): an alias
 * of the repository may stand for such a one.
 */
const reading = new Set([
  "status",
  "log",
  "show",
  "diff",
  "shortlog",
  "blame",
  "annotate",
  "describe",
  "rev-parse",
  "rev-list",
  "ls-files",
  "ls-tree",
  "cat-file",
  "grep",
  "merge-base",
  "name-rev",
  "for-each-ref",
  "show-ref",
  "diff-tree",
  "diff-files",
  "diff-index",
  "count-objects",
  "check-ignore",
  "check-attr",
  "cherry",
  "range-diff",
  "version",
]);

/** Those of them that look at the worktree: what is in a submodule they learn by starting git there. */
const readingState = new Set(["status", "diff", "describe", "diff-files", "diff-index"]);

const listFlags = {
  branch: new Set(
    "-a --all -r --remotes -v -vv --verbose --show-current --no-color --color --no-column --ignore-case -i -q -av -va -avv -vva -rv -vr -ra -ar".split(
      " ",
    ),
  ),
  tag: new Set("-n --no-color --color --no-column --ignore-case -i".split(" ")),
};
/** Options of `branch` and `tag` that list, with a value in the next argument or after `=`. */
const listSelectors = new Set("--contains --no-contains --merged --no-merged --points-at --sort --format".split(" "));

function isHarmful(subcommand: string, argument: string): boolean {
  if (subcommand === "grep" && /^-[a-zA-Z]*O/.test(argument)) return true;
  if (!argument.startsWith("--") || argument === "--") return false;
  const name = argument.split("=")[0] ?? argument;
  return harmfulOptions.some((harmful) => harmful.startsWith(name));
}

function argumentProblem(argument: string, call: CommandCall): Problem {
  const equals = argument.indexOf("=");
  if (!argument.startsWith("-")) return pathProblem(argument, call);
  if (argument.startsWith("--")) return equals === -1 ? undefined : pathProblem(argument.slice(equals + 1), call);
  return pathProblem(argument.slice(2), call);
}

function readingProblem(subcommand: string, rest: readonly string[], call: CommandCall): Problem {
  const harmful = rest.find((argument) => isHarmful(subcommand, argument));
  if (harmful !== undefined) return `git ${subcommand} ${harmful} may write or run something`;
  return firstProblem(rest, (argument) => argumentProblem(argument, call));
}

/** The repositories inside this one may name programs to run. No other option may stand before the one that passes them by. */
function submoduleProblem(subcommand: string, [first = "", ...rest]: readonly string[], call: CommandCall): Problem {
  const isIgnored = /^--ignore-submodules(=all)?$/.test(first);
  const isTakenBack = rest.some((argument) => /^--(ignore-.*=|no-i)/.test(argument));
  if (!readingState.has(subcommand) || (isIgnored && !isTakenBack)) return undefined;
  const enters = call.paths?.entersGitLinks(call.paths.realPath(call.projectRoot, "/")) !== false;
  return enters ? `git ${subcommand} may run what the repositories inside this one name` : undefined;
}

/** `branch` and `tag` create or delete unless every argument belongs to a listing. */
function listingProblem(subcommand: "branch" | "tag", rest: readonly string[]): Problem {
  const isList = rest.includes("--list") || rest.includes("-l");
  for (let index = 0; index < rest.length; index += 1) {
    const argument = rest[index] ?? "";
    const name = argument.split("=")[0] ?? argument;
    if (argument === "--list" || argument === "-l" || listFlags[subcommand].has(name)) continue;
    if (listSelectors.has(name)) {
      if (name === argument) index += 1;
      continue;
    }
    if (subcommand === "tag" && /^-n\d+$/.test(argument)) continue;
    if (isList && !argument.startsWith("-")) continue;
    return `git ${subcommand} ${argument} may change something`;
  }
  return undefined;
}

/** They say how and where from, not what. */
const configManner = new Set(["--local", "--global", "--show-origin", "--show-scope", "-z", "--null"]);
/** Settings of the person's own, outside the project, that hold no address with a key in it, no header, no program. */
const harmlessSetting = /^(user\.(name|email)|remote\..+\.url|(core|init|branch|pull|push|merge|rebase)\..+)$/i;

/**
 * `git config` reads only where an option before the name says so, or where there is a name and nothing else; the project's
 * own settings alone only with `--local`, which behind the name is a pattern.
 */
function isConfigRead(words: readonly string[]): boolean {
  const place = words.findIndex((word, index) => !word.startsWith("-") && !(index === 0 && /^(get|list)$/.test(word)));
  const options = place === -1 ? words : words.slice(0, place);
  const names = place === -1 ? [] : words.slice(place);
  if (names.some((name) => name.startsWith("-"))) return false;
  const isLocal = options.includes("--local");
  const [kind = "", ...others] = options.filter((word) => !configManner.has(word));
  if (others.length > 0) return false;
  if (["--list", "-l", "list"].includes(kind)) return isLocal && names.length === 0;
  if (kind === "--get-regexp") return isLocal;
  const isRead = kind === "" ? names.length === 1 : ["--get", "--get-all", "get"].includes(kind);
  return isRead && (isLocal || harmlessSetting.test(names[0] ?? ""));
}

const others: Readonly<Record<string, (rest: readonly string[]) => boolean>> = {
  branch: () => true,
  tag: () => true,
  config: isConfigRead,
  remote: ([first, ...rest]) => first === undefined || (first === "-v" && rest.length === 0) || first === "get-url",
  stash: ([first]) => first === "list" || first === "show",
  reflog: ([first]) => first === undefined || first === "show" || first.startsWith("-n"),
  worktree: ([first]) => first === "list",
  notes: ([first]) => first === "list" || first === "show",
  bisect: ([first]) => first === "log",
};

function subcommandProblem(subcommand: string, rest: readonly string[], call: CommandCall): Problem {
  if (reading.has(subcommand)) {
    return submoduleProblem(subcommand, rest, call) ?? readingProblem(subcommand, rest, call);
  }
  const isReading = Object.hasOwn(others, subcommand) ? others[subcommand] : undefined;
  if (isReading?.(rest) !== true) return `git ${subcommand} may change something`;
  if (subcommand === "branch" || subcommand === "tag") return listingProblem(subcommand, rest);
  return readingProblem(subcommand, rest, call);
}

/**
 * The configuration of a repository may run programs (`core.fsmonitor`), and one that lies within the project may have
 * come with its files. So git counts as read-only only where it finds the repository of the project itself.
 */
function isOwnRepository(call: CommandCall): boolean {
  const { paths } = call;
  if (paths === undefined) return false;
  const root = paths.realPath(call.projectRoot, "/");
  if (!paths.isPlainGit(root)) return false;
  return [...call.directories].every((start) => {
    let directory = start;
    while (directory !== root) {
      if (!isInside(root, directory)) return false;
      if (paths.exists(path.join(directory, ".git")) || paths.exists(path.join(directory, "HEAD"))) return false;
      directory = path.dirname(directory);
    }
    return true;
  });
}

export function judgeGit(call: CommandCall): Problem {
  const values = knownValues(call.words);
  if (values === undefined) return "git gets an argument that is only known when it runs";
  if (!isOwnRepository(call)) return "the configuration of the repository may run programs";
  const start = values.findIndex((value) => !globalFlags.has(value));
  const [subcommand, ...rest] = start === -1 ? [] : values.slice(start);
  if (subcommand === "--version") return undefined;
  if (subcommand === undefined) return "git does nothing";
  return subcommandProblem(subcommand, rest, call);
}
