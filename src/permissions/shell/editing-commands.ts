import { type CommandCall, firstProblem, pathProblem, type Problem } from "./command-call.ts";
import { optionProblem, parseOptions } from "./command-options.ts";

/** A regular expression up to its delimiter. A bracket must not hold that: programs differ there. */
function delimited(delimiter: string): string {
  return String.raw`(?:[^\\\n[${delimiter}]|\\[^\n]|\[[^\]\\\n${delimiter}]+\])*${delimiter}`;
}

const blank = String.raw`[ \t]*`;
const address = String.raw`(?:\d+(?:~\d+)?|\$|/${delimited("/")}I?)`;
const addresses = `(?:${address}(?:${blank},${blank}(?:[+]?[0-9]+|${address}))?${blank}!?${blank})?`;
const substitutions = ["/", String.raw`\|`, "#", ",", ":", "@", "!"].map((delimiter) => {
  const replacement = String.raw`(?:[^\\\n${delimiter}]|\\[^\n])*${delimiter}`;
  return `s${delimiter}${delimited(delimiter)}${replacement}[gpiI0-9]*`;
});
/** One command that prints, deletes, moves within the buffers, or substitutes. */
const sedCommand = new RegExp(`${addresses}(?:[pdqQ=nNPDhHgGxlz]|${substitutions.join("|")})${blank}`, "y");
const sedSeparators = /[ \t;\n]*/y;

/** None of its commands reads or writes a file or runs a program. */
function isHarmlessSed(script: string): boolean {
  // A closing bracket at the start of a bracket is its member: where that ends is not for a pattern to tell.
  if (/\[\^?\]/.test(script)) return false;
  let at = 0;
  for (;;) {
    sedSeparators.lastIndex = at;
    at += sedSeparators.exec(script)?.[0].length ?? 0;
    if (at >= script.length) return true;
    sedCommand.lastIndex = at;
    const length = sedCommand.exec(script)?.[0].length ?? 0;
    at += length;
    if (length === 0 || (at < script.length && script[at] !== ";" && script[at] !== "\n")) return false;
  }
}

export function judgeSed(call: CommandCall): Problem {
  const parsed = parseOptions(call, {
    flags: "nErsuz",
    valued: "e",
    long: "quiet silent regexp-extended separate unbuffered null-data expression= posix",
  });
  if (parsed === undefined) return optionProblem(call);
  const given = parsed.values.map(({ value }) => value);
  const scripts = given.length > 0 ? given : parsed.operands.slice(0, 1);
  const files = given.length > 0 ? parsed.operands : parsed.operands.slice(1);
  if (scripts.length === 0 || !scripts.every(isHarmlessSed)) {
    return "the sed script is not known to be harmless";
  }
  return firstProblem(files, (file) => pathProblem(file, call));
}

const harmfulAwk = /system|getline|ARGV|ARGC|SYMTAB|FUNCTAB|PROCINFO|@|\||>(?!=)|<\s*["(]|\/dev\/|\\\n/;

/** No output but the standard one, no command, no file that is not an operand. `||` and `>=` are fine. */
function isHarmlessAwk(program: string): boolean {
  return !harmfulAwk.test(program.replaceAll("||", ""));
}

export function judgeAwk(call: CommandCall): Problem {
  const parsed = parseOptions(call, { flags: "", valued: "Fv" });
  if (parsed === undefined) return optionProblem(call);
  const [program, ...files] = parsed.operands;
  const variables = parsed.values.filter(({ name }) => name === "-v");
  const areNamed = variables.every(({ value }) => /^[a-z_][a-z0-9_]*=/.test(value));
  const isHarmless = program !== undefined && areNamed && isHarmlessAwk(program);
  if (!isHarmless) return "the awk program is not known to be harmless";
  return firstProblem(files, (file) => pathProblem(file.replace(/^[^/]*=/, ""), call) ?? pathProblem(file, call));
}

export function judgeJq(call: CommandCall): Problem {
  const parsed = parseOptions(call, {
    flags: "nrjasScCMe",
    long: "raw-output compact-output slurp null-input exit-status sort-keys join-output color-output monochrome-output tab",
  });
  if (parsed === undefined) return optionProblem(call);
  const [filter, ...files] = parsed.operands;
  if (filter === undefined || /import|include|input_filename|modulemeta/.test(filter)) {
    return "the jq filter is not known to be harmless";
  }
  return firstProblem(files, (file) => pathProblem(file, call));
}
