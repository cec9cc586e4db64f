/** How texts and queries are cut into words, beyond what SQLite's tokenizer does. Both must go the same way. */

/** Scripts that put no spaces between words: each character is a word, a row of them a phrase. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々〆]/u;
const unspacedAll = new RegExp(unspaced.source, "gu");

export function spaceCharacters(text: string): string {
  return unspaced.test(text) ? text.replaceAll(unspacedAll, " $& ") : text;
}

export function hasUnspaced(text: string): boolean {
  return unspaced.test(text);
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
    .map((word) => word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, " "))
    .join(" ");
}

export interface IndexedWords {
  readonly text: string;
  /** The parts of identifiers, in a column of their own. */
  readonly parts: string;
}

export function wordsToIndex(text: string): IndexedWords {
  const kept = text.replaceAll(encodedData, " ");
  return { text: spaceCharacters(kept), parts: splitHumps(kept) };
}
