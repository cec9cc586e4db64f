import { fuzzyFilter } from "@earendil-works/pi-tui/dist/fuzzy.js";
import type { Span, Style } from "./span-line.ts";
import { mergeStyles, plain } from "./spans.ts";

/** The items that match, best first; all of them, in their order, where the query is blank. */
export function filterFuzzy<T>(items: readonly T[], query: string, textOf: (item: T) => string): T[] {
  if (query.trim() === "") return [...items];
  return fuzzyFilter([...items], query, textOf);
}

/** Indices of the characters that a query's words match, for highlighting; a run of whole words wins over single ones. */
function matchedIndices(text: string, query: string): ReadonlySet<number> {
  const lower = text.toLowerCase();
  const indices = new Set<number>();
  for (const token of query.toLowerCase().split(/[\s/]+/)) {
    if (token === "") continue;
    const whole = lower.indexOf(token);
    if (whole >= 0) {
      for (let index = whole; index < whole + token.length; index++) indices.add(index);
      continue;
    }
    let from = 0;
    for (const character of token) {
      const index = lower.indexOf(character, from);
      if (index < 0) break;
      indices.add(index);
      from = index + 1;
    }
  }
  return indices;
}

/** A safe text with what matches a query set off. */
export function highlightMatches(
  text: string,
  query: string,
  styles: { readonly text?: Style; readonly matched: Style },
): Span[] {
  const base = styles.text ?? plain;
  if (query.trim() === "" || text.length !== text.toLowerCase().length) return [{ text, style: base }];
  const indices = matchedIndices(text, query);
  const matched = mergeStyles(base, styles.matched);
  const spans: Span[] = [];
  let start = 0;
  for (let index = 1; index <= text.length; index++) {
    if (index < text.length && indices.has(index) === indices.has(start)) continue;
    spans.push({ text: text.slice(start, index), style: indices.has(start) ? matched : base });
    start = index;
  }
  return spans;
}
