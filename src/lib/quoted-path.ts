import { parseJson } from "./json.ts";

/** What would leave open where a name ends, or how it is written; the joiners that words and emoji need are not among it. */
const unusual = /[\s"'`\\\p{C}]/u;
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const joiners = /[\u200C\u200D]/gu;

function needsQuotes(path: string): boolean {
  return unusual.test(path.replaceAll(joiners, ""));
}

/** A path as it stands in a sentence: as it is, or in double quotes, written as in JSON, where it has unusual characters. */
export function quotedPath(path: string): string {
  if (!needsQuotes(path)) return path;
  return JSON.stringify(path).replaceAll(hidden, (character) => {
    if (/^[\u200C\u200D]$/u.test(character)) return character;
    return character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
}

/** The path in double quotes; null: it is none that had to be quoted. */
export function readQuotedPath(text: string): string | null {
  const path = text.startsWith('"') ? parseJson(text) : null;
  return typeof path === "string" && needsQuotes(path) ? path : null;
}
