/** How texts and queries are cut into words, beyond what SQLite's tokenizer does. Both must go the same way. */

/** Scripts that put no spaces between words. Their characters are not words: `index-pieces.ts` has them. */
const unspacedSet = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々〆`;
const unspaced = new RegExp(`[${unspacedSet}]`, "u");
const unspacedCharacter = new RegExp(unspaced.source, "gu");
export const unspacedRun = new RegExp(`[${unspacedSet}]+`, "gu");
/** With the signs and spaces between them. */
const unspacedRow = new RegExp(String.raw`[${unspacedSet}](?:[^\p{L}\p{M}\p{N}]*[${unspacedSet}])*`, "gu");

export function hasUnspaced(text: string): boolean {
  return unspaced.test(text);
}

/** Each of them a word by itself. */
export function spaceCharacters(text: string): string {
  return hasUnspaced(text) ? text.replaceAll(unspacedCharacter, " $& ") : text;
}

/** A word that stands for all characters between two others, so that these are no neighbours. */
const unspacedWord = "一";

function withoutUnspaced(text: string): string {
  return hasUnspaced(text) ? text.replaceAll(unspacedRow, ` ${unspacedWord} `) : text;
}

/** The words that a text has beside the characters of such scripts, in its order: `getUser` and `x` of `用getUser和x`. */
export function spacedRuns(text: string): readonly string[] {
  return text.split(unspacedRun).filter((run) => /[\p{L}\p{N}]/u.test(run));
}

/** Encoded data: nobody looks for it, and it would fill the index. */
const encodedData = /[\w+/=-]{200,}/gu;
/** `getUserName`; the look-behind keeps long words from being tried at each of their letters. */
const humpedWord = /(?<![A-Za-z0-9])[A-Za-z0-9]*?[a-z][A-Z][A-Za-z0-9]*/gu;
const humpedLengthMax = 80;

/** `get User Name`; an empty text where there is nothing to split. */
export function splitHumps(text: string): string {
  const words = text.match(humpedWord);
  if (words === null) return "";
  return words
    .filter((word) => word.length <= humpedLengthMax)
    .map(splitWord)
    .join(" ");
}

function splitWord(word: string): string {
  return word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, " ");
}

/** The ways in which a query may be spelled: as it is, and with the parts of its identifiers apart. */
export function spellingsOf(text: string): readonly string[] {
  const apart = text.replaceAll(humpedWord, splitWord);
  return apart === text ? [text] : [text, apart];
}

export interface IndexedWords {
  readonly text: string;
  /** The parts of identifiers, in a column of their own. */
  readonly parts: string;
}

export const noWords: IndexedWords = { text: "", parts: "" };

export function wordsToIndex(text: string): IndexedWords {
  const kept = text.replaceAll(encodedData, " ");
  return { text: withoutUnspaced(kept), parts: splitHumps(kept) };
}
