import type { Span, SpanLine, Style } from "../../term/span-line.ts";
import { lineText, mergeStyles } from "../../term/spans.ts";

interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Where a text stands in another, whatever the case. `wanted` is in lower case. */
function rangesOf(text: string, wanted: string): TextRange[] {
  const lower = text.toLowerCase();
  // Some letters change their length with their case: then places can't be told.
  const searched = lower.length === text.length ? lower : text;
  const ranges: TextRange[] = [];
  if (wanted === "") return ranges;
  for (let start = searched.indexOf(wanted); start >= 0; start = searched.indexOf(wanted, start + wanted.length)) {
    ranges.push({ start, end: start + wanted.length });
  }
  return ranges;
}

export function countMatches(text: string, wanted: string): number {
  return rangesOf(text, wanted).length;
}

/** One match on the screen: a row of an item, and which of the row's matches. */
export interface RowMatch {
  readonly row: number;
  readonly ordinal: number;
}

/** The matches in the rows of an item, as they are shown: what a line break splits is not among them. */
export function matchesInRows(rows: readonly SpanLine[], wanted: string): RowMatch[] {
  return rows.flatMap((line, row) => rangesOf(lineText(line), wanted).map((_, ordinal) => ({ row, ordinal })));
}

export interface MatchStyles {
  readonly match: Style;
  readonly current: Style;
}

/** A row with its matches set off; `current` is the ordinal of the one that is looked at, −1 for none. */
export function markMatches(
  line: SpanLine,
  wanted: string,
  look: MatchStyles & { readonly ordinal: number },
): SpanLine {
  const ranges = rangesOf(lineText(line), wanted);
  if (ranges.length === 0) return line;
  const marked: Span[] = [];
  let offset = 0;
  for (const part of line) {
    let at = 0;
    ranges.forEach(({ start, end }, ordinal) => {
      const from = Math.max(0, start - offset);
      const to = Math.min(part.text.length, end - offset);
      if (to <= from || to <= at) return;
      if (from > at) marked.push({ text: part.text.slice(at, from), style: part.style });
      const style = mergeStyles(part.style, ordinal === look.ordinal ? look.current : look.match);
      marked.push({ text: part.text.slice(from, to), style });
      at = to;
    });
    if (at < part.text.length) marked.push({ text: part.text.slice(at), style: part.style });
    offset += part.text.length;
  }
  return marked;
}
