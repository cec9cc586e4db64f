const folded = new Map<string, string>();

/** Accents as characters of their own, as macOS writes the names of files. */
const combining = /[\u0300-\u036F]/u;
const combinings = new RegExp(combining, "gu");
/** What may stand behind each letter of a text that is folded unit by unit. */
export const anyAccents = `${combining.source}*`;

export function hasCombining(text: string): boolean {
  return combining.test(text);
}

/** With each accent in its letter, where there is a letter with it. */
export function composed(text: string): string {
  return hasCombining(text) ? text.normalize("NFC") : text;
}

/** Without case and accents, however these are written; places are others. */
export function foldWhole(text: string): string {
  return foldText(composed(text)).replaceAll(combinings, "");
}

/** Without case and accents, unit by unit: places stay the same, and accents of their own stay. */
export function foldText(text: string): string {
  if (/^[\0-\u007F]*$/u.test(text)) return text.toLowerCase();
  return text.replaceAll(mayFold, foldCharacter).toLowerCase();
}

/** Han and Hangul have neither case nor accents, and whole texts are made of them. */
const mayFold = /[^\0-\u007F\u3400-\u9FFF\uAC00-\uD7A3]/gu;

function foldCharacter(character: string): string {
  let known = folded.get(character);
  if (known === undefined) {
    const base = character.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replace("ς", "σ");
    known = base.length === character.length ? base : character;
    if (folded.size < 4096) folded.set(character, known);
  }
  return known;
}
