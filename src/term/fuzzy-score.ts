/** One word to look for in many texts. Made once, so that matching makes no garbage. */
export interface FuzzyWord {
  readonly text: string;
  /** The digits before the letters, or the other way round: `12fix` finds `fix12`. Empty: the word has no such form. */
  readonly swapped: string;
}

export function fuzzyWord(word: string): FuzzyWord {
  const text = word.toLowerCase();
  const [, first = "", second = ""] = /^([a-z]+)([0-9]+)$/u.exec(text) ?? /^([0-9]+)([a-z]+)$/u.exec(text) ?? [];
  return { text, swapped: second + first };
}

const swapPenalty = 5;

/**
 * How well a text in lower case matches a word; lower is better, Infinity: not all of its characters are there in order.
 * Runs of characters and beginnings of words count for it, gaps and late places against it.
 */
export function fuzzyScore(lowerText: string, { text, swapped }: FuzzyWord): number {
  const score = scoreOf(lowerText, text);
  if (score !== Number.POSITIVE_INFINITY || swapped === "") return score;
  return scoreOf(lowerText, swapped) + swapPenalty;
}

function scoreOf(text: string, word: string): number {
  if (word === "") return 0;
  if (word.length > text.length) return Number.POSITIVE_INFINITY;
  let score = 0;
  let last = -1;
  let run = 0;
  for (let index = 0; index < word.length; index += 1) {
    const place = text.indexOf(word.charAt(index), last + 1);
    if (place < 0) return Number.POSITIVE_INFINITY;
    if (last === place - 1) {
      run += 1;
      score -= run * 5;
    } else {
      run = 0;
      if (last >= 0) score += (place - last - 1) * 2;
    }
    if (place === 0 || isBoundary(text, place - 1)) score -= 10;
    score += place * 0.1;
    last = place;
  }
  return text.length === word.length && text === word ? score - 100 : score;
}

const boundaries: ReadonlySet<number> = new Set(
  " \t\n\v\f\r-_./:".split("").map((character) => character.charCodeAt(0)),
);

function isBoundary(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  return code < 128 ? boundaries.has(code) : /\s/u.test(text.charAt(place));
}
