/** Where the terms of a query stand in a text, and the line around them that is shown. */
import type { MatchRange } from "../../schema/match-range.ts";
import { anyAccents, composed, foldText, foldWhole, hasCombining } from "../../lib/fold-text.ts";
import { hasUnspaced, spaceCharacters, spellingsOf, splitHumps } from "./index-words.ts";
import { hasWords, isLiteral, isSubstring } from "./match-expression.ts";
import type { SearchTerm } from "../../schema/search-query.ts";

function patternOf(word: string): string {
  return word.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
}

/** A term is looked for in thousands of titles. */
const patternsOfTerms = new WeakMap<SearchTerm, RegExp>();
const patternsAmongAccents = new WeakMap<SearchTerm, RegExp>();

/** For a text that `foldText` has folded. */
function termPattern(term: SearchTerm, plain: string): RegExp {
  const patterns = hasCombining(plain) ? patternsAmongAccents : patternsOfTerms;
  let pattern = patterns.get(term);
  if (pattern === undefined) {
    pattern = new RegExp(patternsOf(term, patterns === patternsAmongAccents ? anyAccents : "").join("|"), "gu");
    patterns.set(term, pattern);
  }
  return pattern;
}

const betweenWords = String.raw`[^\p{L}\p{N}]*`;

/**
 * The words of a term with anything between them that is neither letter nor digit, and each character of scripts without
 * spaces as one; signs alone are taken literally.
 */
export function patternsOf({ text }: SearchTerm, behindEach = "", between = betweenWords): string[] {
  return spellingsOf(text).map((spelling) => {
    const words = spaceCharacters(foldWhole(spelling)).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [spelling];
    return words.map((word) => Array.from(word, (unit) => patternOf(unit) + behindEach).join("")).join(between);
  });
}

const matchesMax = 200;

/** In order, none overlapping; beginnings of words are preferred to what stands inside of them. */
export function findMatches(text: string, terms: readonly SearchTerm[]): readonly MatchRange[] {
  const plain = foldText(text);
  const ranges = terms
    .filter((term) => !term.isNegated)
    .flatMap((term) => matchesOf(plain, termPattern(term, plain)))
    .toSorted((left, right) => left.start - right.start || right.end - left.end);
  const apart: MatchRange[] = [];
  for (const range of ranges) if (range.start >= (apart.at(-1)?.end ?? 0)) apart.push(range);
  return apart;
}

function matchesOf(plain: string, pattern: RegExp): MatchRange[] {
  const all: MatchRange[] = [];
  for (const match of plain.matchAll(pattern)) {
    if (match[0] === "") continue;
    all.push({ start: match.index, end: match.index + match[0].length });
    if (all.length >= matchesMax) break;
  }
  const atStarts = all.filter(({ start }) => start === 0 || !/[\p{L}\p{N}]/u.test(plain.charAt(start - 1)));
  return atStarts.length > 0 ? atStarts : all;
}

/** True where each wanted term stands somewhere in the text, and no unwanted one. */
export function holdsTerms(text: string, terms: readonly SearchTerm[]): boolean {
  const plain = foldText(text);
  return terms.every((term) => plain.search(termPattern(term, plain)) >= 0 !== term.isNegated);
}

/**
 * True where each wanted term stands in the text as prompts are asked for it, in any part of a word where it is long enough,
 * and no unwanted one stands in it as a word.
 */
export function holdsPromptTerms(text: string, terms: readonly SearchTerm[]): boolean {
  const plain = foldWhole(text);
  return terms.every((term) => {
    if (isLiteral(term)) return spaced(plain).includes(spaced(foldWhole(term.text.trim()))) !== term.isNegated;
    const isAnywhere = hasUnspaced(term.text) || (!term.isNegated && isSubstring(term)) || !hasWords(term);
    return (
      (isAnywhere ? plain.search(termPattern(term, plain)) >= 0 : holdsWord(composed(text), term)) !== term.isNegated
    );
  });
}

/** With one space for blanks in a row. */
function spaced(text: string): string {
  return text.replaceAll(/\s+/gu, " ");
}

/** True where it is a word of the text or a part of one (`getUserName`), or, unfinished, the beginning of one. */
function holdsWord(text: string, term: SearchTerm): boolean {
  const end = term.kind === "prefix" ? "" : String.raw`(?![\p{L}\p{N}])`;
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${patternsOf(term).join("|")})${end}`, "u");
  const apart = spaceCharacters(text);
  return pattern.test(foldWhole(apart)) || pattern.test(foldWhole(splitHumps(apart)));
}

/** True where a word of the text, or a part of one (`getUserName`), begins like the term, which is letters and digits. */
export function holdsBeginning(text: string, term: SearchTerm): boolean {
  const whole = composed(text);
  const plain = foldText(whole);
  const wanted = foldText(term.text);
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1)) {
    if (isBeginning(whole.charAt(at - 1), whole.charAt(at))) return true;
  }
  return false;
}

function isBeginning(before: string, first: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(before) || hasUnspaced(before)) return true;
  return /[a-z0-9]/u.test(before) && /[A-Z]/u.test(first);
}

export interface Snippet {
  readonly text: string;
  readonly ranges: readonly MatchRange[];
}

const snippetLength = 160;
const leadLength = 40;

/** One line around the place where most matches stand together. */
export function snippetOf(text: string, matches: readonly MatchRange[]): Snippet {
  const start = snippetStart(text, matches);
  const end = Math.min(text.length, start + snippetLength);
  const line = text.slice(start, end).replaceAll(/\s/gu, " ");
  const before = start > 0 ? "…" : "";
  const shift = before.length - start;
  const ranges = matches
    .filter((match) => match.start >= start && match.end <= end)
    .map((match) => ({ start: match.start + shift, end: match.end + shift }));
  return { text: `${before}${line}${end < text.length ? "…" : ""}`, ranges };
}

function snippetStart(text: string, matches: readonly MatchRange[]): number {
  let best = { start: 0, count: 0 };
  for (const [index, { start }] of matches.entries()) {
    let count = 0;
    while ((matches[index + count]?.end ?? Number.POSITIVE_INFINITY) <= start + snippetLength - leadLength) count += 1;
    if (count > best.count) best = { start, count };
  }
  const wished = Math.max(0, best.start - leadLength);
  if (wished === 0) return 0;
  const space = text.slice(wished, best.start).search(/\s/u);
  const start = space < 0 ? wished : wished + space + 1;
  return /[\uDC00-\uDFFF]/u.test(text.charAt(start)) ? start + 1 : start;
}
