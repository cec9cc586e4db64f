const folded = new Map<string, string>();

/** Without case and accents, unit by unit: places stay the same. */
export function foldText(text: string): string {
  if (/^[\0-\u007F]*$/u.test(text)) return text.toLowerCase();
  return text.replaceAll(/[^\0-\u007F]/gu, foldCharacter).toLowerCase();
}

function foldCharacter(character: string): string {
  let known = folded.get(character);
  if (known === undefined) {
    const base = character.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
    known = base.length === character.length ? base : character;
    if (folded.size < 4096) folded.set(character, known);
  }
  return known;
}
