import { hasUnspaced, spaceCharacters, splitHumps } from "./index-words.ts";
import type { SearchTerm } from "./parse-query.ts";

/** For the index of words, in FTS5's language; null where the terms hold no word that could be looked for. */
export function wordExpression(terms: readonly SearchTerm[]): string | null {
  const usable = terms.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  const wanted = usable.filter((term) => !term.isNegated).map(expressionOf);
  if (wanted.length === 0) return null;
  const unwanted = usable.filter((term) => term.isNegated).map(expressionOf);
  const all = wanted.join(" AND ");
  return unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.join(" OR ")})`;
}

export interface OpenExpression {
  readonly expression: string;
  /** What is found has yet to be asked whether it `holdsBeginning` of this one. */
  readonly unfinished: SearchTerm;
}

/**
 * The same without the word that is still being typed, for where finding all words that begin like it takes longest: one or
 * two letters begin a large part of them. Null where there is no such word, only the index can tell its beginning, or
 * nothing else is looked for.
 */
export function openExpression(terms: readonly SearchTerm[]): OpenExpression | null {
  const last = terms.at(-1);
  const isPlain = last?.kind === "prefix" && !last.isNegated && /^[A-Za-z0-9]+$/u.test(last.text);
  if (!isPlain || splitHumps(last.text) !== "") return null;
  const expression = wordExpression(terms.slice(0, -1));
  return expression === null ? null : { expression, unfinished: last };
}

function expressionOf({ text, kind }: SearchTerm): string {
  const star = kind === "prefix" && !hasUnspaced(text) ? " *" : "";
  const whole = `${quoted(spaceCharacters(text))}${star}`;
  const parts = splitHumps(text);
  return parts === "" ? whole : `(${whole} OR ${quoted(parts)}${star})`;
}

/** Inside quotes nothing has a meaning in FTS5's language but the quote. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', " ").replaceAll("\0", " ")}"`;
}

/** Shorter texts have no three characters in a row, which is what that index is made of. */
const substringLengthMin = 3;
/** More would not make the find smaller by much. */
const triplesMax = 24;

/**
 * For the index of prompts, which finds any part of a word: the three characters in a row of which the terms are made, so
 * that what is found may hold them elsewhere. Null where a term is too short.
 */
export function substringExpression(terms: readonly SearchTerm[]): string | null {
  const wanted = terms.filter((term) => !term.isNegated).map(({ text }) => Array.from(text.replaceAll("\0", " ")));
  if (wanted.length === 0 || wanted.some((characters) => characters.length < substringLengthMin)) return null;
  const triples = wanted.flatMap((characters) =>
    characters.slice(substringLengthMin - 1).map((_, at) => characters.slice(at, at + substringLengthMin).join("")),
  );
  return [...new Set(triples)]
    .slice(0, triplesMax)
    .map((triple) => `"${triple.replaceAll('"', '""')}"`)
    .join(" AND ");
}
