const folded = new Map<string, string>();

/** Without case and accents, unit by unit: places stay the same. */
export function foldText(text: string): string {
  if (/^[\0-\u007F]*$/u.test(text)) return text.toLowerCase();
  return text.replaceAll(mayFold, foldCharacter).toLowerCase();
}

/** Han and Hangul have neither case nor accents, and whole texts are made of them. */
const mayFold = /[^\0-\u007F\u3400-\u9FFF\uAC00-\uD7A3]/gu;

function foldCharacter(character: string): string {
  let known = folded.get(character);
  if (known === undefined) {
    const base = character.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
    known = base.length === character.length ? base : character;
    if (folded.size < 4096) folded.set(character, known);
  }
  return known;
}
