import type { SpanLine } from "../../term/span-line.ts";
import { foldedCase, rangesOf, type TextRange } from "./find-text.ts";

/** A match, or the part of one that stands in a row. */
export interface MatchPart extends TextRange {
  readonly row: number;
}

/** Where a match stands: in one row, or, where a line was broken within it, in several. */
export type RowMatch = readonly MatchPart[];

/** A row, or several that were one line, and what was found in them; rows are counted from the first of them. */
interface SearchedLine {
  readonly last: SpanLine | undefined;
  readonly matches: readonly RowMatch[];
}

/** Of a row's text, and where it stands in the line's. */
interface Segment {
  readonly row: number;
  readonly rowStart: number;
  readonly lineStart: number;
  readonly length: number;
}

function jointAt(row: SpanLine): number {
  return row.findIndex(({ joint }) => joint !== undefined);
}

/** The line that rows show, without what stands before its further rows, such as an indent. */
function joined(rows: readonly SpanLine[]): { readonly text: string; readonly segments: readonly Segment[] } {
  let text = "";
  const segments = rows.map((row, index): Segment => {
    const first = index === 0 ? 0 : Math.max(0, jointAt(row));
    const rowStart = row.slice(0, first).reduce((length, part) => length + part.text.length, 0);
    text += index === 0 ? "" : (row[first]?.joint ?? "");
    const lineStart = text.length;
    for (const part of row.slice(first)) text += part.text;
    return { row: index, rowStart, lineStart, length: text.length - lineStart };
  });
  return { text, segments };
}

function partsOf({ start, end }: TextRange, segments: readonly Segment[]): RowMatch {
  return segments.flatMap(({ row, rowStart, lineStart, length }): MatchPart[] => {
    const from = Math.max(start, lineStart);
    const to = Math.min(end, lineStart + length);
    return from < to ? [{ row, start: from - lineStart + rowStart, end: to - lineStart + rowStart }] : [];
  });
}

/**
 * Looks for a text in rows as they are shown, across the places at which lines were broken to fit. What was found in a
 * line is remembered as long as its rows are the same objects: of a text that grows only its end is looked through.
 */
export class RowSearch {
  /** In lower case. */
  readonly #wanted: string;
  /** By the line's first row. */
  readonly #lines = new WeakMap<SpanLine, SearchedLine>();

  constructor(wanted: string) {
    this.#wanted = wanted.toLowerCase();
  }

  /** From the top. */
  matches(rows: readonly SpanLine[]): RowMatch[] {
    const all: RowMatch[] = [];
    this.#eachLine(rows, ({ matches }, start) => {
      for (const match of matches) all.push(match.map((part) => ({ ...part, row: part.row + start })));
    });
    return all;
  }

  count(rows: readonly SpanLine[]): number {
    let count = 0;
    this.#eachLine(rows, ({ matches }) => {
      count += matches.length;
    });
    return count;
  }

  #eachLine(rows: readonly SpanLine[], take: (line: SearchedLine, start: number) => void): void {
    for (let start = 0; start < rows.length;) {
      let end = start + 1;
      for (let row = rows[end]; row !== undefined && jointAt(row) >= 0; row = rows[end]) end += 1;
      take(this.#line(rows, start, end), start);
      start = end;
    }
  }

  #line(rows: readonly SpanLine[], start: number, end: number): SearchedLine {
    const [first, last] = [rows[start], rows[end - 1]];
    const known = first === undefined ? undefined : this.#lines.get(first);
    if (known !== undefined && known.last === last) return known;
    const { text, segments } = joined(rows.slice(start, end));
    const found = rangesOf(foldedCase(text), this.#wanted).map((range) => partsOf(range, segments));
    const line = { last, matches: found.filter((match) => match.length > 0) };
    if (first !== undefined) this.#lines.set(first, line);
    return line;
  }
}
