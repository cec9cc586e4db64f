import type { DoubleQuotedChild, Word, WordPart } from "unbash";
import type { PathLookup } from "../policy.ts";

/** What is known of an argument before the command runs. */
export type ShellWord =
  | { readonly kind: "known"; readonly value: string }
  /** Only known when it runs. Unquoted it may become several words, options among them. */
  | { readonly kind: "dynamic" };

/** What words are evaluated in. */
export interface WordScope {
  /** Where the command may find itself: several after a `cd` that may have failed. Absolute. */
  readonly directories: ReadonlySet<string>;
  /** Variables of `for` loops whose value in this round is known. */
  readonly bindings: ReadonlyMap<string, string>;
  readonly paths: PathLookup | undefined;
}

/** Of a file name that a process substitution makes: reading it reads what the commands in it print. */
const substitutedFile = "/dev/fd/63";

const dynamic: ShellWord = { kind: "dynamic" };

export function known(value: string): ShellWord {
  return { kind: "known", value };
}

/** A text, and the same as a pattern in which only unquoted wildcards are active. */
interface Piece {
  readonly value: string;
  readonly pattern: string;
  readonly isPattern: boolean;
}

function plain(value: string): Piece {
  return { value, pattern: value.replaceAll(/[\\*?[]/g, "\\$&"), isPattern: false };
}

const wordSeparators = /[\s*?[\\]/;

function variableOf(part: WordPart): string | undefined {
  if (part.type === "SimpleExpansion") return part.text.slice(1);
  if (part.type !== "ParameterExpansion") return undefined;
  const isPlain = part.prefix === undefined && part.index === undefined && part.operation === undefined;
  return isPlain ? part.parameter : undefined;
}

/** Unquoted braces that may expand, and a tilde that the expanders of words do not report as a part. */
function mayExpand(raw: string): boolean {
  return /\{[^}]*(,|\.\.)/.test(raw);
}

function pieceOfQuoted(part: DoubleQuotedChild, bindings: ReadonlyMap<string, string>): Piece | undefined {
  if (part.type === "Literal") return plain(part.value);
  const value = bindings.get(variableOf(part) ?? "");
  return value === undefined ? undefined : plain(value);
}

function joined(pieces: readonly (Piece | undefined)[]): Piece | undefined {
  const present = pieces.filter((piece) => piece !== undefined);
  if (present.length !== pieces.length) return undefined;
  return {
    value: present.map((piece) => piece.value).join(""),
    pattern: present.map((piece) => piece.pattern).join(""),
    isPattern: present.some((piece) => piece.isPattern),
  };
}

function pieceOf(part: WordPart, bindings: ReadonlyMap<string, string>): Piece | undefined {
  switch (part.type) {
    case "Literal":
      return mayExpand(part.text) ? undefined : plain(part.value);
    case "SingleQuoted":
      return plain(part.value);
    case "AnsiCQuoted":
      return /\\[^ntr\\'"]/.test(part.text) ? undefined : plain(part.value);
    case "DoubleQuoted":
      return joined(part.parts.map((child) => pieceOfQuoted(child, bindings)));
    case "Glob":
      // What a bracket matches depends on the locale.
      return part.kind === "bracket" ? undefined : { value: part.value, pattern: part.text, isPattern: true };
    default: {
      const value = bindings.get(variableOf(part) ?? "");
      return value === undefined || value === "" || wordSeparators.test(value) ? undefined : plain(value);
    }
  }
}

function expanded(piece: Piece, scope: WordScope): ShellWord[] {
  if (!piece.isPattern) return [known(piece.value)];
  const words: ShellWord[] = [];
  for (const directory of scope.directories) {
    const matches = scope.paths?.matches(piece.pattern, directory);
    if (matches === undefined) return [dynamic];
    words.push(...matches.map(known));
    if (matches.length === 0) words.push(known(piece.value));
  }
  return words;
}

/** The words that a word becomes, patterns matched against the disk. */
export function evaluateWord(word: Word, scope: WordScope): ShellWord[] {
  if (/(^|[=:])~/.test(word.text)) return [dynamic];
  const { parts } = word;
  if (parts === undefined) return mayExpand(word.text) ? [dynamic] : [known(word.value)];
  const [first, ...others] = parts;
  if (first?.type === "ProcessSubstitution" && others.length === 0 && first.operator === "<") {
    return [known(substitutedFile)];
  }
  const piece = joined(parts.map((part) => pieceOf(part, scope.bindings)));
  return piece === undefined ? [dynamic] : expanded(piece, scope);
}

/** The one text that a word is; undefined where it is another number of words, or not known. */
export function knownText(word: Word, scope: WordScope): string | undefined {
  const [only, ...others] = evaluateWord(word, scope);
  return only?.kind === "known" && others.length === 0 ? only.value : undefined;
}
