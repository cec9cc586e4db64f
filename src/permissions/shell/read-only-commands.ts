import { builtinRules } from "./builtin-commands.ts";
import {
  type CommandCall,
  type CommandRule,
  firstProblem,
  knownValues,
  type Problem,
  wordProblem,
} from "./command-call.ts";
import { readsWith } from "./command-options.ts";
import { judgeAwk, judgeJq, judgeSed } from "./editing-commands.ts";
import { judgeFind } from "./find-command.ts";
import { judgeGit } from "./git-command.ts";
import { wrapperRules } from "./wrapper-commands.ts";

/** Neither read a file that is named nor change anything, whatever they are given. */
const harmless =
  "echo true false : pwd seq basename dirname whoami id groups uname nproc uptime sleep expr factor tty locale " +
  "getconf type which tr whereis printenv free df lscpu";

/** Read the files that they are given and change nothing, with any option that they have. */
const reading =
  "cat head tail wc ls stat du nl tac rev od hexdump md5sum sha1sum sha224sum sha256sum sha384sum " +
  "sha512sum b2sum cksum sum shasum comm fold fmt expand unexpand readlink realpath cmp";

/** Print their version and do nothing else, without looking at the project. */
const versioned = "node bun deno python python3 gcc g++ clang make bash git rg jq sed awk grep find tar curl";

const sortOptions = {
  flags: "bdfghiMnRrVuzcCsm",
  valued: "kt",
  long:
    "reverse numeric-sort unique key= field-separator= ignore-case human-numeric-sort version-sort general-numeric-sort " +
    "dictionary-order stable check zero-terminated month-sort random-sort",
};

const uniqOptions = {
  flags: "cdDiuz",
  valued: "fsw",
  long: "count repeated unique ignore-case skip-fields= skip-chars= check-chars= zero-terminated",
  operandsMax: 1,
};

const grepOptions = {
  flags: "EFGPiyvwxcLlqsoHhnbTaIrUzZ0123456789",
  valued: "efmABCD",
  long:
    "include= exclude= exclude-dir= exclude-from= color color= colour colour= line-number ignore-case no-ignore-case " +
    "only-matching files-with-matches files-without-match count max-count= context= after-context= before-context= " +
    "no-messages extended-regexp fixed-strings basic-regexp perl-regexp word-regexp line-regexp invert-match " +
    "no-filename with-filename null null-data text binary-files= recursive quiet silent regexp= file= byte-offset " +
    "initial-tab line-buffered",
  leading: 1,
  patternOptions: ["-e", "-f", "--regexp", "--file"],
  pathOptions: ["-f", "--file", "--exclude-from"],
};

const ripgrepOptions = {
  flags: "iSsvwxcloHnNIFPUupq0abh.",
  valued: "efgtTABCmMjdrE",
  long:
    "files-with-matches files-without-match ignore-case smart-case case-sensitive invert-match word-regexp line-regexp " +
    "count count-matches only-matching with-filename no-filename line-number no-line-number fixed-strings pcre2 " +
    "multiline multiline-dotall unrestricted pretty quiet null text byte-offset hidden no-ignore no-ignore-vcs no-config " +
    "glob= iglob= type= type-not= after-context= before-context= context= max-count= max-columns= threads= max-depth= " +
    "maxdepth= max-filesize= replace= encoding= regexp= file= color= colors= column no-column heading no-heading json " +
    "stats sort= sortr= trim vimgrep version type-list no-messages crlf no-crlf glob-case-insensitive passthru " +
    "include-zero engine= auto-hybrid-regex context-separator= field-match-separator=",
  leading: 1,
  patternOptions: ["-e", "-f", "--regexp", "--file", "--type-list"],
  pathOptions: ["-f", "--file"],
};

const diffOptions = {
  flags: "uNqaswbBiyedcpt0123456789",
  valued: "UCWI",
  long:
    "unified unified= context context= brief color color= side-by-side ignore-all-space ignore-space-change " +
    "ignore-blank-lines ignore-case ignore-trailing-space width= text report-identical-files suppress-common-lines " +
    "strip-trailing-cr minimal new-file label= ignore-matching-lines= expand-tabs",
};

const cutOptions = {
  flags: "snz",
  valued: "bcdf",
  long: "bytes= characters= delimiter= fields= complement only-delimited output-delimiter= zero-terminated",
};

const fileRule = readsWith({ flags: "bikLhNnprv0", valued: "F", long: "brief mime mime-type mime-encoding" });
const listFilesRule = readsWith({ ...ripgrepOptions, long: `${ripgrepOptions.long} files`, leading: 0 });
const searchRule = readsWith(ripgrepOptions);

const judgeRipgrep: CommandRule = (call) => {
  const listsFiles = call.words.some((word) => word.kind === "known" && word.value === "--files");
  return listsFiles ? listFilesRule(call) : searchRule(call);
};

const readAll: CommandRule = (call) => firstProblem(call.words, (word) => wordProblem(word, call));

const treeLong = /^--(dirsfirst|filesfirst|noreport|gitignore|du|prune|inodes|device|(sort|filelimit|charset)=.*)$/;

/** Its letters take their values in an order of their own: none may write to a file (`o`), or follow links (`l`). */
const judgeTree: CommandRule = (call) => {
  const values = knownValues(call.words) ?? ["--unknown"];
  const isHarmless = values.every(
    (value) => !value.startsWith("-") || /^-[^-olR]+$/.test(value) || treeLong.test(value),
  );
  return isHarmless ? readAll(call) : "an option of tree is not known to be harmless";
};

/** `-s` and a bare operand set the clock. */
const judgeDate: CommandRule = ({ words }) => {
  const values = knownValues(words) ?? ["unknown"];
  const isShow = values.every((value, index) => {
    if (values[index - 1] === "-d") return true;
    return /^(\+.*|-u|-d|--utc|--universal|-R|--rfc-email|-I[a-z]*|--iso-8601(=[a-z]+)?|--date=.*)$/s.test(value);
  });
  return isShow ? undefined : "date may set the clock";
};

/** `e` without a dash and `-E` show the environment of every process, keys included. */
const judgePs: CommandRule = ({ words }) => {
  const values = knownValues(words) ?? ["e"];
  const showsEnvironment = values.some((value) => (value.startsWith("-") ? /^-[^-]*E/ : /e/).test(value));
  return showsEnvironment ? "ps may show the environment of other programs" : undefined;
};

const plainDiff = readsWith(diffOptions);

/** Of directories it compares what their links lead to. */
const judgeDiff: CommandRule = (call) => {
  const isDirectory = (file: string): boolean =>
    [...call.directories].some(
      (directory) => call.paths?.exists(`${call.paths.realPath(file, directory)}/.`) !== false,
    );
  const operands = (knownValues(call.words) ?? []).filter((value) => !value.startsWith("-"));
  return plainDiff(call) ?? (operands.some(isDirectory) ? "diff of directories follows links" : undefined);
};

/** With words `hostname` sets the name, and `arch` of macOS runs them. */
const judgeWordless: CommandRule = ({ name, words }) =>
  words.length === 0 ? undefined : `${name} may do more than show`;

const rules: ReadonlyMap<string, CommandRule> = new Map<string, CommandRule>([
  ...harmless.split(" ").map((name): [string, CommandRule] => [name, () => undefined]),
  ...reading.split(" ").map((name): [string, CommandRule] => [name, readAll]),
  ...builtinRules,
  ...wrapperRules,
  ["sort", readsWith(sortOptions)],
  ["uniq", readsWith(uniqOptions)],
  ["grep", readsWith(grepOptions)],
  ["egrep", readsWith(grepOptions)],
  ["fgrep", readsWith(grepOptions)],
  ["rg", judgeRipgrep],
  ["diff", judgeDiff],
  ["ps", judgePs],
  ["tree", judgeTree],
  ["file", fileRule],
  ["base64", readsWith({ flags: "di", valued: "w", long: "decode ignore-garbage wrap=" })],
  ["cut", readsWith(cutOptions)],
  ["paste", readsWith({ flags: "sz", valued: "d", long: "delimiters= serial zero-terminated" })],
  ["column", readsWith({ flags: "tenxJ", valued: "socN", long: "table separator= output-separator= json" })],
  ["date", judgeDate],
  ["hostname", judgeWordless],
  ["arch", judgeWordless],
  ["find", judgeFind],
  ["git", judgeGit],
  ["sed", judgeSed],
  ["awk", judgeAwk],
  ["gawk", judgeAwk],
  ["mawk", judgeAwk],
  ["jq", judgeJq],
]);

const versionedNames = new Set(versioned.split(" "));

function asksVersion({ name, words }: CommandCall): boolean {
  const [only, ...others] = words;
  return versionedNames.has(name) && others.length === 0 && only?.kind === "known" && only.value === "--version";
}

/** Whether a simple command only reads, and only inside the project. */
export function judgeCommand(call: CommandCall): Problem {
  if (asksVersion(call)) return undefined;
  const rule = rules.get(call.name);
  return rule === undefined ? `${call.name} is not known to be read-only` : rule(call);
}
