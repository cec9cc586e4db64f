/** In characters. */
export const tagLengthMax = 40;

/** A word that a filter can name: no blanks, no commas, no quotes, no colons. Null: it can't be one. */
export function cleanTag(given: string): string | null {
  const tag = given.trim().replace(/^#/u, "").normalize("NFC").toLowerCase();
  return /^[^\s,"':#\p{Cc}\p{Cf}]+$/u.test(tag) && tag.length <= tagLengthMax ? tag : null;
}
