import type { Span, SpanLine, Style } from "../../term/span-line.ts";
import { lineText, mergeStyles } from "../../term/spans.ts";

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** In lower case; some letters change their length with it: then as it is, since places could not be told. */
export function foldedCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

/** Where a text stands in another, none overlapping. Both are in lower case. */
export function rangesOf(text: string, wanted: string): TextRange[] {
  const ranges: TextRange[] = [];
  if (wanted === "") return ranges;
  for (let start = text.indexOf(wanted); start >= 0; start = text.indexOf(wanted, start + wanted.length)) {
    ranges.push({ start, end: start + wanted.length });
  }
  return ranges;
}

/** A row with ranges of its text, in order, set off. */
export function markRanges(line: SpanLine, ranges: readonly (TextRange & { readonly style: Style })[]): SpanLine {
  if (ranges.length === 0) return line;
  const marked: Span[] = [];
  let offset = 0;
  for (const part of line) {
    let at = 0;
    for (const { start, end, style } of ranges) {
      const from = Math.max(0, start - offset);
      const to = Math.min(part.text.length, end - offset);
      if (to <= from || to <= at) continue;
      if (from > at) marked.push({ text: part.text.slice(at, from), style: part.style });
      marked.push({ text: part.text.slice(from, to), style: mergeStyles(part.style, style) });
      at = to;
    }
    if (at < part.text.length) marked.push({ text: part.text.slice(at), style: part.style });
    offset += part.text.length;
  }
  return marked;
}

/** A row with each place of a text in it set off. `wanted` is in lower case. */
export function markMatches(line: SpanLine, wanted: string, style: Style): SpanLine {
  const ranges = rangesOf(foldedCase(lineText(line)), wanted);
  return markRanges(
    line,
    ranges.map((range) => ({ ...range, style })),
  );
}
