/**
 * What texts are cut into where words are not enough: for prompts, any three characters in a row; for the scripts that put
 * no spaces between words, any two. The index holds which message has which piece, not where, so a message that has all
 * pieces of a query has yet to be asked whether it holds the query.
 *
 * Texts and queries are cut the same way, so that a part of a text has no piece that the text does not have.
 */
import { foldWhole } from "../../lib/fold-text.ts";
import { hasUnspaced, splitHumps, unspacedRun } from "./index-words.ts";

const separators = /[^\p{L}\p{M}\p{N}]+/gu;
const separator = "_";
/** What controls a terminal is no sign, and SQLite's tokenizer takes no such characters. */
const blanks = /[\s\p{Cc}]+/gu;
/** Signs in a row are pieces too; the mark tells them from letters with a separator. */
const signMark = "=";

/** Of any message: only scripts without spaces have some. */
export function piecesOfText(text: string): readonly string[] {
  return unspacedRuns(text).flatMap(pairsToIndex);
}

/** Of what a person wrote, besides. */
export function piecesOfPrompt(text: string): ReadonlySet<string> {
  const spelled = `${text}\n${splitHumps(text)}`;
  // Behind the last word, too, its last letter and a separator begin a piece.
  const triples = rowsOf(`_${trimmed(spacedOut(spelled))}__`, 3);
  const signs = signRuns(text).flatMap(pairsToIndex);
  return new Set([...triples, ...signs.map((pair) => signMark + pair)]);
}

/** Letters and digits, folded, with one separator for all that lies between two of them. */
function spacedOut(text: string): string {
  const plain = hasUnspaced(text) ? text.replaceAll(unspacedRun, separator) : text;
  return foldWhole(plain).replaceAll(separators, separator);
}

function trimmed(plain: string): string {
  return plain.replaceAll(/^_|_$/gu, "");
}

/** All rows of so many characters. */
function rowsOf(text: string, length: number): string[] {
  const rows: string[] = [];
  if (hasLongCharacters.test(text)) {
    const characters = Array.from(text);
    for (let at = length; at <= characters.length; at += 1) rows.push(characters.slice(at - length, at).join(""));
  } else for (let at = length; at <= text.length; at += 1) rows.push(text.slice(at - length, at));
  return rows;
}

/** Of two units. */
const hasLongCharacters = /[\u{10000}-\u{10FFFF}]/u;

/** Characters of scripts without spaces, whatever signs stand between them. */
function unspacedRuns(text: string): readonly string[] {
  return hasUnspaced(text) ? (text.replaceAll(separators, "").match(unspacedRun) ?? []) : [];
}

function signRuns(text: string): readonly string[] {
  return text.replaceAll(blanks, "").match(separators) ?? [];
}

/** Each character begins a pair, the last one alone, so that one character is found as the beginning of a pair. */
function pairsToIndex(run: string): string[] {
  const last = Array.from(run.slice(-2)).at(-1) ?? "";
  return [...rowsOf(run, 2), last];
}

/** A piece as a query wants it. */
export interface WantedPiece {
  readonly text: string;
  /** Any piece that begins like it will do. */
  readonly isBeginning: boolean;
}

function pairsToFind(run: string, mark = ""): readonly WantedPiece[] {
  const pairs = rowsOf(run, 2);
  if (pairs.length === 0) return [{ text: mark + run, isBeginning: true }];
  return pairs.map((pair) => ({ text: mark + pair, isBeginning: false }));
}

/** The characters of scripts without spaces of a query. */
export function unspacedPieces(text: string): readonly WantedPiece[] {
  return unspacedRuns(text).flatMap((run) => pairsToFind(run));
}

/** Of a query without letters and digits. */
export function signPieces(text: string): readonly WantedPiece[] {
  return signRuns(text).flatMap((run) => pairsToFind(run, signMark));
}

/** Of letters so few that the signs beside them matter. */
export function literalPieces(text: string): readonly WantedPiece[] {
  return [...substringPieces(text), ...signPieces(text)];
}

/** Of what may stand in the middle of words. None: it is too short. */
export function substringPieces(text: string): readonly WantedPiece[] {
  return triplesToFind(spacedOut(text));
}

/** Of a whole word, or of one that begins like it. */
export function wordPieces(text: string, end: "whole" | "open"): readonly WantedPiece[] {
  return triplesToFind(`_${trimmed(spacedOut(text))}${end === "whole" ? separator : ""}`);
}

function triplesToFind(plain: string): readonly WantedPiece[] {
  const triples = rowsOf(plain, 3);
  if (triples.length > 0) return triples.map((text) => ({ text, isBeginning: false }));
  return Array.from(plain).length === 2 ? [{ text: plain, isBeginning: true }] : [];
}
