import { lineEndOf, withLineEnd } from "../text-content.ts";
import { explainMismatch } from "./explain-mismatch.ts";

export interface Replacement {
  readonly oldText: string;
  readonly newText: string;
  readonly replaceAll: boolean;
}

export type Replaced =
  | { readonly kind: "replaced"; readonly text: string; readonly count: number }
  | { readonly kind: "problem"; readonly message: string };

/** Offsets in the text with `\n` alone at which the original has `\r\n`, ascending. */
function windowsLineEnds(text: string): number[] {
  const offsets: number[] = [];
  for (let at = text.indexOf("\r\n"); at !== -1; at = text.indexOf("\r\n", at + 2)) offsets.push(at - offsets.length);
  return offsets;
}

/** How many of the ascending offsets are below `limit`. */
function countBelow(offsets: readonly number[], limit: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function occurrences(text: string, wanted: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}

function lineNumberAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function ambiguousMessage(text: string, found: readonly number[]): string {
  const shown = found.slice(0, 5).map((offset) => lineNumberAt(text, offset));
  const lines = `${shown.join(", ")}${found.length > shown.length ? ", …" : ""}`;
  return (
    `old_string appears ${found.length} times in the file (lines ${lines}). ` +
    "Add lines around it so that it matches once, or set replace_all to true"
  );
}

/**
 * Replaces text whatever line ends either side uses; what is put in gets the line ends of the file, and all else stays
 * byte for byte.
 */
export function replaceText(original: string, replacement: Replacement): Replaced {
  const text = original.replaceAll("\r\n", "\n");
  const wanted = replacement.oldText.replaceAll("\r\n", "\n");
  const found = occurrences(text, wanted);
  if (found.length === 0) return { kind: "problem", message: explainMismatch(text, wanted) };
  if (found.length > 1 && !replacement.replaceAll) return { kind: "problem", message: ambiguousMessage(text, found) };
  const lineEnds = windowsLineEnds(original);
  const inserted = withLineEnd(replacement.newText, lineEndOf(original));
  let result = "";
  let done = 0;
  for (const at of found) {
    const start = at + countBelow(lineEnds, at);
    const end = at + wanted.length + countBelow(lineEnds, at + wanted.length);
    result += original.slice(done, start) + inserted;
    done = end;
  }
  return { kind: "replaced", text: result + original.slice(done), count: found.length };
}
