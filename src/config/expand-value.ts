/**
 * Values in `crush.json` may refer to the environment and to programs, in the shell's notation and as Crush expands
 * them: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`, `${NAME:?message}` and `$(command)`. As in a
 * here-document, quotes are ordinary characters, and a backslash takes the meaning from `$`, a backquote and itself.
 * An unset variable is empty; one trailing run of newlines of a command's output is cut.
 */
export class ExpansionError extends Error {
  override readonly name = "ExpansionError";
}

type Operator = "" | "-" | ":-" | "+" | ":+" | "?" | ":?";

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly script: string }
  | { readonly kind: "variable"; readonly name: string; readonly operator: Operator; readonly word: string };

const variableName = /[A-Za-z_]\w*/uy;
const operatorAt = /:?[-+?]/uy;

function matchAt(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? "";
}

/** The offset of the bracket that closes the one before `start`; nested ones and quoted text are stepped over. */
function closingBracket(
  text: string,
  start: number,
  brackets: { readonly open: string; readonly close: string },
): number {
  let depth = 1;
  let quote = "";
  for (let offset = start; offset < text.length; offset += 1) {
    const character = text.charAt(offset);
    if (character === "\\" && quote !== "'") offset += 1;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === brackets.open) depth += 1;
    else if (character === brackets.close) depth -= 1;
    if (depth === 0) return offset;
  }
  throw new ExpansionError(`'${brackets.open}' is not closed by '${brackets.close}'`);
}

interface Parsed {
  readonly piece: Piece;
  readonly end: number;
}

function parseBraces(text: string, start: number): Parsed {
  const end = closingBracket(text, start, { open: "{", close: "}" });
  const name = matchAt(variableName, text, start);
  const operator = matchAt(operatorAt, text, start + name.length) as Operator;
  const word = text.slice(start + name.length + operator.length, end);
  if (name === "" || (operator === "" && word !== "")) {
    throw new ExpansionError("only ${NAME}, ${NAME:-default}, ${NAME:+other} and ${NAME:?message} are understood");
  }
  return { piece: { kind: "variable", name, operator, word }, end: end + 1 };
}

function parseDollar(text: string, offset: number): Parsed {
  const next = text.charAt(offset + 1);
  if (next === "{") return parseBraces(text, offset + 2);
  if (next === "(") {
    const end = closingBracket(text, offset + 2, { open: "(", close: ")" });
    return { piece: { kind: "command", script: text.slice(offset + 2, end) }, end: end + 1 };
  }
  const name = matchAt(variableName, text, offset + 1);
  if (name === "") return { piece: { kind: "text", text: "$" }, end: offset + 1 };
  return { piece: { kind: "variable", name, operator: "", word: "" }, end: offset + 1 + name.length };
}

function parseBackquotes(text: string, offset: number): Parsed {
  const end = text.indexOf("`", offset + 1);
  if (end === -1) throw new ExpansionError("a backquote is not closed");
  return { piece: { kind: "command", script: text.slice(offset + 1, end) }, end: end + 1 };
}

function parseNext(text: string, offset: number): Parsed {
  const character = text.charAt(offset);
  if (character === "$") return parseDollar(text, offset);
  if (character === "`") return parseBackquotes(text, offset);
  const escaped = text.charAt(offset + 1);
  if (character === "\\" && (escaped === "$" || escaped === "`" || escaped === "\\")) {
    return { piece: { kind: "text", text: escaped }, end: offset + 2 };
  }
  const plain = character + matchAt(/[^$`\\]*/uy, text, offset + 1);
  return { piece: { kind: "text", text: plain }, end: offset + plain.length };
}

function parseTemplate(template: string): Piece[] {
  if (template === "$") throw new ExpansionError("a lone '$' names no variable");
  const pieces: Piece[] = [];
  for (let offset = 0; offset < template.length;) {
    const { piece, end } = parseNext(template, offset);
    pieces.push(piece);
    offset = end;
  }
  return pieces;
}

export type VariableLookup = (name: string) => string | undefined;

/** Yields each script whose output is needed, in order, and returns the expanded text. Throws ExpansionError. */
export function* expansionSteps(template: string, lookup: VariableLookup): Generator<string, string, string> {
  let result = "";
  for (const piece of parseTemplate(template)) {
    if (piece.kind === "text") result += piece.text;
    else if (piece.kind === "command") result += (yield piece.script).replace(/[\r\n]+$/u, "");
    else result += yield* expandVariable(piece, lookup);
  }
  return result;
}

function* expandVariable(
  piece: Extract<Piece, { kind: "variable" }>,
  lookup: VariableLookup,
): Generator<string, string, string> {
  const value = lookup(piece.name);
  const isSet = piece.operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
  if (piece.operator.endsWith("+")) return isSet ? yield* expansionSteps(piece.word, lookup) : "";
  if (isSet || piece.operator === "") return value ?? "";
  const word = yield* expansionSteps(piece.word, lookup);
  if (piece.operator.endsWith("-")) return word;
  throw new ExpansionError(`${piece.name}: ${word === "" ? "it is not set" : word}`);
}

/** The variables of which the value may stand in the expanded text. Those of its commands are the commands' own. */
export function variablesIn(template: string): string[] {
  try {
    return parseTemplate(template).flatMap((piece) => {
      if (piece.kind !== "variable") return [];
      // After `?` stands what a person is told.
      const inWord = piece.operator.endsWith("?") ? [] : variablesIn(piece.word);
      return piece.operator.endsWith("+") ? inWord : [piece.name, ...inWord];
    });
  } catch (error) {
    if (error instanceof ExpansionError) return [];
    throw error;
  }
}

export type Expansion =
  | { readonly kind: "text"; readonly text: string }
  /** A program would have to run first. */
  | { readonly kind: "deferred" }
  | { readonly kind: "faulty"; readonly reason: string };

/** Expands what can be expanded without running anything. Never throws. */
export function expandWithoutPrograms(template: string, lookup: VariableLookup): Expansion {
  if (!/[$`\\]/u.test(template)) return { kind: "text", text: template };
  try {
    const step = expansionSteps(template, lookup).next();
    return step.done === true ? { kind: "text", text: step.value } : { kind: "deferred" };
  } catch (error) {
    if (error instanceof ExpansionError) return { kind: "faulty", reason: error.message };
    throw error;
  }
}
