import type { SpanLine } from "./span-line.ts";
import { chopSpans, lineWidth, truncateLine } from "./spans.ts";

/** What becomes of a line of code or output that is wider than its room: more rows, or one row that ends in a mark. */
export type LongLines = "wrap" | "cut";

const cutMark = "…";

/** The rows of a line. */
export function rowsOfLine(spans: SpanLine, width: number, longLines: LongLines = "wrap"): readonly SpanLine[] {
  if (lineWidth(spans) <= width) return [spans];
  return longLines === "wrap" ? chopSpans(spans, width) : [truncateLine(spans, width, cutMark)];
}

/** Something of these rows was cut. */
export function hasCutLine(rows: readonly SpanLine[]): boolean {
  return rows.some((row) => row.some(({ text }) => text === cutMark));
}
