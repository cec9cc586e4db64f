import type { Tokens } from "marked";
import { inlineRows } from "./markdown-inline.ts";
import type { Span, SpanLine, Style } from "./span-line.ts";
import { lineWidth, mergeStyles, padLine, plain, span, wrapSpans } from "./spans.ts";
import type { Theme } from "./theme.ts";

type Alignment = "center" | "left" | "right" | null;

const separatorWidth = 3;
const columnWidthMin = 4;

/** Widths that fit into `room` together; null where even the smallest do not. */
export function fittedWidths(natural: readonly number[], room: number): number[] | null {
  const total = natural.reduce((sum, width) => sum + width, 0);
  if (total <= room) return [...natural];
  if (natural.length * columnWidthMin > room) return null;
  // The widest columns give first, down to a common limit.
  let limit = Math.floor(room / natural.length);
  for (;;) {
    const wide = natural.filter((width) => width > limit);
    const taken = natural.reduce((sum, width) => sum + (width > limit ? 0 : width), 0);
    const next = wide.length === 0 ? limit : Math.floor((room - taken) / wide.length);
    if (next <= limit) break;
    limit = next;
  }
  const widths = natural.map((width) => Math.max(1, Math.min(width, limit)));
  let spare = room - widths.reduce((sum, width) => sum + width, 0);
  return widths.map((width, index) => {
    const grown = spare > 0 && width < (natural[index] ?? 0) ? 1 : 0;
    spare -= grown;
    return width + grown;
  });
}

function aligned(row: SpanLine, width: number, alignment: Alignment): SpanLine {
  const missing = width - lineWidth(row);
  if (missing <= 0 || alignment === null || alignment === "left") return padLine(row, width);
  const before = alignment === "right" ? missing : Math.floor(missing / 2);
  return padLine([span(" ".repeat(before)), ...row], width);
}

interface Cell {
  readonly rows: readonly SpanLine[];
  readonly width: number;
  readonly align: Alignment;
}

function cellOf(cell: Tokens.TableCell, style: Style, theme: Theme): Cell {
  const rows = inlineRows(cell.tokens, style, theme);
  return { rows, width: Math.max(...rows.map(lineWidth)), align: cell.align };
}

function tableRow(cells: readonly Cell[], widths: readonly number[], border: Span): SpanLine[] {
  const wrapped = cells.map((cell, index) => cell.rows.flatMap((row) => wrapSpans(row, widths[index] ?? 1)));
  const height = Math.max(...wrapped.map((rows) => rows.length));
  return Array.from({ length: height }, (_, row) =>
    cells.flatMap((cell, index) => {
      const spans = aligned(wrapped[index]?.[row] ?? [], widths[index] ?? 1, cell.align);
      return index === 0 ? spans : [border, ...spans];
    }),
  );
}

/** Too narrow for columns: each row as `header: cell` lines. */
function listedRows(header: readonly Cell[], body: readonly (readonly Cell[])[], width: number): SpanLine[] {
  return body.flatMap((cells, row) => [
    ...(row > 0 ? [[]] : []),
    ...cells.flatMap((cell, index) => {
      const label = header[index]?.rows[0] ?? [];
      return wrapSpans([...label, span(": "), ...(cell.rows[0] ?? [])], width, { restPrefix: [span("  ")] });
    }),
  ]);
}

export function renderTable(token: Tokens.Table, width: number, look: { theme: Theme; style: Style }): SpanLine[] {
  const { theme, style } = look;
  const header = token.header.map((cell) => cellOf(cell, mergeStyles(style, theme.markdown.tableHeader), theme));
  const body = token.rows.map((row) => row.map((cell) => cellOf(cell, style, theme)));
  const natural = header.map((cell, index) =>
    Math.max(1, cell.width, ...body.map((cells) => cells[index]?.width ?? 0)),
  );
  const widths = fittedWidths(natural, width - separatorWidth * (natural.length - 1));
  if (widths === null) return listedRows(header, body, width);
  const borderStyle = theme.markdown.tableBorder;
  const border = span(" │ ", borderStyle);
  const rule = span(widths.map((columnWidth) => "─".repeat(columnWidth)).join("─┼─"), borderStyle);
  return [...tableRow(header, widths, border), [rule], ...body.flatMap((cells) => tableRow(cells, widths, border))].map(
    (row) => (row.length === 0 ? [span("", plain)] : row),
  );
}
