import { literalPieces, signPieces, substringPieces, unspacedPieces, wordPieces } from "./index-pieces.ts";
import type { WantedPiece } from "./index-pieces.ts";
import { hasUnspaced, spacedRuns, spellingsOf, splitHumps } from "./index-words.ts";
import type { SearchTerm } from "../../schema/search-query.ts";

/** What a message has to have in the two indexes of a shard, in FTS5's language. Not both are null. */
export interface IndexExpression {
  readonly words: string | null;
  /** Of which it has yet to be seen that they stand together. */
  readonly pieces: string | null;
}

/** For the words of a message. Null where the terms hold no word that could be looked for. */
export function wordExpression(terms: readonly SearchTerm[]): IndexExpression | null {
  const usable = terms.filter(hasWords);
  const wanted = usable.filter((term) => !term.isNegated);
  const words = wanted.map(expressionOf).filter((expression) => expression !== "");
  const pieces = expressionOfPieces(wanted.flatMap(({ text }) => unspacedPieces(text)));
  if (words.length === 0) return pieces === null ? null : { words: null, pieces };
  const unwanted = usable.filter((term) => term.isNegated && !hasUnspaced(term.text)).map(expressionOf);
  const all = words.join(" AND ");
  return { words: unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.join(" OR ")})`, pieces };
}

export interface OpenExpression {
  /** Null: any message. */
  readonly expression: IndexExpression | null;
  readonly others: readonly SearchTerm[];
  /** What is found has yet to be asked whether it holds these. */
  readonly open: readonly SearchTerm[];
}

/**
 * The same without the terms that the index takes longest for, since a large part of all its words or pieces begins like
 * them: the word that is still being typed, beside others, and single characters of scripts without spaces. Null where there
 * is none, or only the index can tell its beginning.
 */
export function openExpression(terms: readonly SearchTerm[]): OpenExpression | null {
  const singles = terms.filter(isSingle);
  const last = terms.at(-1);
  const open = last !== undefined && isPlainBeginning(last) ? [...singles, last] : singles;
  const others = terms.filter((term) => !open.includes(term));
  const expression = wordExpression(others);
  return open.length === 0 || (expression === null && singles.length === 0) ? null : { expression, others, open };
}

function isSingle({ text, isNegated }: SearchTerm): boolean {
  return !isNegated && hasUnspaced(text) && Array.from(text).length === 1;
}

function isPlainBeginning({ text, kind, isNegated }: SearchTerm): boolean {
  return kind === "prefix" && !isNegated && /^[A-Za-z0-9]+$/u.test(text) && splitHumps(text) === "";
}

export function hasWords({ text }: SearchTerm): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Signs count only where nothing else is wanted. */
export function countingTerms(terms: readonly SearchTerm[]): readonly SearchTerm[] {
  return terms.some((term) => !term.isNegated && hasWords(term)) ? terms.filter(hasWords) : terms;
}

/** Empty: it has no words. */
function expressionOf({ text, kind }: SearchTerm): string {
  if (hasUnspaced(text)) return expressionOfRuns(text, kind);
  const star = kind === "prefix" ? " *" : "";
  const ways = spellingsOf(text).map((spelling) => `${quoted(spelling)}${star}`);
  return ways.length > 1 ? `(${ways.join(" OR ")})` : ways.join("");
}

/** Words among characters of scripts without spaces; what stands behind which is seen in the text. */
function expressionOfRuns(text: string, kind: SearchTerm["kind"]): string {
  const runs = spacedRuns(text);
  const isOpen = kind === "prefix" && text.endsWith(runs.at(-1) ?? " ");
  return runs.map((run, at) => quoted(run) + (isOpen && at === runs.length - 1 ? " *" : "")).join(" AND ");
}

/** Inside quotes nothing has a meaning in FTS5's language but the quote. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', " ").replaceAll("\0", " ")}"`;
}

/** Shorter ones are looked for as words: as a part of one they stand nearly everywhere. */
const substringLengthMin = 3;

export function isSubstring({ text }: SearchTerm): boolean {
  return hasUnspaced(text) || (text.match(/[\p{L}\p{N}]/gu) ?? []).length >= substringLengthMin;
}

/** `C++`, `a(b`: the few letters stand nearly everywhere, so their signs are meant, too. */
export function isLiteral(term: SearchTerm): boolean {
  return !isSubstring(term) && hasWords(term) && Array.from(term.text.trim()).length >= substringLengthMin;
}

/** For prompts, which hold the terms in any part of a word. Null where no term is wanted. */
export function promptExpression(terms: readonly SearchTerm[]): string | null {
  const expressions = countingTerms(terms)
    .filter((term) => !term.isNegated)
    .flatMap((term) => {
      const ways = spellingsOf(term.text).flatMap((text) => expressionOfPieces(promptPieces(term, text)) ?? []);
      return ways.length > 1 ? `(${ways.map((way) => `(${way})`).join(" OR ")})` : ways;
    });
  return expressions.length === 0 ? null : expressions.join(" AND ");
}

function promptPieces(term: SearchTerm, text: string): readonly WantedPiece[] {
  if (!hasWords(term)) return signPieces(text);
  if (isLiteral(term)) return literalPieces(text.trim());
  if (!isSubstring(term)) return wordPieces(text, term.kind === "prefix" ? "open" : "whole");
  return [...substringPieces(text.trim()), ...unspacedPieces(text)];
}

/** More would not make the find smaller by much. */
const piecesMax = 24;

function expressionOfPieces(pieces: readonly WantedPiece[]): string | null {
  if (pieces.length === 0) return null;
  const expressions = pieces.map(
    ({ text, isBeginning }) => `"${text.replaceAll('"', '""')}"${isBeginning ? " *" : ""}`,
  );
  return [...new Set(expressions)].slice(0, piecesMax).join(" AND ");
}
