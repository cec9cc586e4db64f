/** The words of a query, in lower case. */
export function queryWords(query: string): string[] {
  return query
    .toLowerCase()
    .split(/[\s/:_-]+/u)
    .filter((word) => word !== "");
}

/** How a text in lower case has a word in it: 0 as a whole word, 1 at the start of one, 2 anywhere, Infinity: not at all. */
export function wordRank(lowerText: string, word: string): number {
  let rank = Number.POSITIVE_INFINITY;
  for (let place = lowerText.indexOf(word); place >= 0; place = lowerText.indexOf(word, place + 1)) {
    if (!isEdge(lowerText, place)) rank = Math.min(rank, 2);
    else if (isEdge(lowerText, place + word.length)) return 0;
    else rank = 1;
  }
  return rank;
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** Words end at what is neither letter nor digit; `4.5` is one word. */
function isEdge(text: string, place: number): boolean {
  const [before, after] = [text.charAt(place - 1), text.charAt(place)];
  if (before === "." && /\d\.$/u.test(text.slice(0, place)) && /\d/u.test(after)) return false;
  if (after === "." && /\d/u.test(before) && /^\.\d/u.test(text.slice(place))) return false;
  return !wordCharacter.test(before) || !wordCharacter.test(after);
}
