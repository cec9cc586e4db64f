import type { Span, SpanLine, Style } from "./span-line.ts";
import { lineWidth, padLine, span, withoutJoint, wrapSpans } from "./spans.ts";

export type Alignment = "center" | "left" | "right" | null;

/** A cell: its rows before wrapping, at least one. */
export interface TableCell {
  readonly rows: readonly SpanLine[];
  readonly align: Alignment;
}

export interface TableContent {
  readonly header: readonly TableCell[];
  /** Rows of as many cells as the header; missing ones are blank. */
  readonly body: readonly (readonly TableCell[])[];
}

const separatorWidth = 3;
const columnWidthMin = 4;

/** The widest columns give way first. Null where even the smallest widths do not fit into `room` together. */
function fittedWidths(natural: readonly number[], room: number): number[] | null {
  const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);
  if (sum(natural) <= room) return [...natural];
  if (natural.length * columnWidthMin > room) return null;
  let limit = Math.floor(room / natural.length);
  for (;;) {
    const narrow = natural.filter((width) => width <= limit);
    const next = Math.floor((room - sum(narrow)) / Math.max(1, natural.length - narrow.length));
    if (next <= limit) break;
    limit = next;
  }
  const widths = natural.map((width) => Math.min(width, limit));
  let spare = room - sum(widths);
  return widths.map((width, index) => {
    const added = spare > 0 && width < (natural[index] ?? 0) ? 1 : 0;
    spare -= added;
    return width + added;
  });
}

function aligned(row: SpanLine, width: number, align: Alignment): SpanLine {
  const missing = width - lineWidth(row);
  if (missing <= 0 || align === null || align === "left") return padLine(row, width);
  const before = align === "right" ? missing : Math.floor(missing / 2);
  return padLine([span(" ".repeat(before)), ...row], width);
}

function tableRows(cells: readonly TableCell[], widths: readonly number[], border: Span): SpanLine[] {
  const wrapped = widths.map(
    (width, index) => cells[index]?.rows.flatMap((row) => wrapSpans(row, width).map(withoutJoint)) ?? [],
  );
  const height = Math.max(...wrapped.map((rows) => rows.length));
  return Array.from({ length: height }, (_, row) =>
    widths.flatMap((width, index) => {
      const spans = aligned(wrapped[index]?.[row] ?? [], width, cells[index]?.align ?? null);
      return index === 0 ? spans : [border, ...spans];
    }),
  );
}

/** Too narrow for columns: each row as lines of `header: cell`. */
function listedRows({ header, body }: TableContent, width: number): SpanLine[] {
  return body.flatMap((cells, row) => [
    ...(row > 0 ? [[]] : []),
    ...cells.flatMap((cell, index) => {
      const label = header[index]?.rows[0] ?? [];
      return wrapSpans([...label, span(": "), ...cell.rows.flat()], width, { restPrefix: [span("  ")] });
    }),
  ]);
}

/** A table at most `width` columns wide; cells are wrapped where they do not fit. */
export function layoutTable(content: TableContent, width: number, borderStyle: Style): SpanLine[] {
  const cellWidth = (cell: TableCell | undefined) => Math.max(0, ...(cell?.rows ?? []).map(lineWidth));
  const natural = content.header.map((cell, index) =>
    Math.max(1, cellWidth(cell), ...content.body.map((cells) => cellWidth(cells[index]))),
  );
  const widths = fittedWidths(natural, width - separatorWidth * (natural.length - 1));
  if (widths === null) return listedRows(content, width);
  const border = span(" │ ", borderStyle);
  return [
    ...tableRows(content.header, widths, border),
    [span(widths.map((columnWidth) => "─".repeat(columnWidth)).join("─┼─"), borderStyle)],
    ...content.body.flatMap((cells) => tableRows(cells, widths, border)),
  ];
}
