import type { Span, SpanLine, Style } from "./span-line.ts";
import { clustersOf, fittingText, isPrintableAscii, sliceText, textWidth } from "./width.ts";

export const plain: Style = Object.freeze({});

export function span(text: string, style: Style = plain): Span {
  return { text, style };
}

/** A line of one span; an empty text gives an empty line. */
export function line(text: string, style: Style = plain): SpanLine {
  return text === "" ? [] : [{ text, style }];
}

export function lineText(spans: SpanLine): string {
  if (spans.length === 1) return spans[0]?.text ?? "";
  let text = "";
  for (const part of spans) text += part.text;
  return text;
}

export function lineWidth(spans: SpanLine): number {
  let width = 0;
  for (const part of spans) width += textWidth(part.text);
  return width;
}

const styleKeys = new WeakMap<Style, string>();

function styleKey(style: Style): string {
  let key = styleKeys.get(style);
  if (key === undefined) {
    const { foreground, background, bold, dim, italic, underline, strikethrough, inverse, link } = style;
    const flags = [bold, dim, italic, underline, strikethrough, inverse].map((flag) => (flag === true ? 1 : 0));
    key = [foreground, background, flags.join(""), link].join("|");
    styleKeys.set(style, key);
  }
  return key;
}

export function isSameStyle(one: Style, other: Style): boolean {
  return one === other || styleKey(one) === styleKey(other);
}

const mergedStyles = new WeakMap<Style, WeakMap<Style, Style>>();

/** `over` on top of `base`. The same two styles give the same object, so that comparing by identity finds most equals. */
export function mergeStyles(base: Style, over: Style): Style {
  if (base === plain || base === over) return over;
  if (over === plain) return base;
  let byOver = mergedStyles.get(base);
  if (byOver === undefined) {
    byOver = new WeakMap();
    mergedStyles.set(base, byOver);
  }
  let merged = byOver.get(over);
  if (merged === undefined) {
    merged = Object.freeze({ ...base, ...over });
    byOver.set(over, merged);
  }
  return merged;
}

/** Puts `style` under each span: what a span says itself wins. */
export function underlay(spans: SpanLine, style: Style): SpanLine {
  return spans.map((part) => ({ text: part.text, style: mergeStyles(style, part.style) }));
}

/** Puts `style` over each span. */
export function overlayStyle(spans: SpanLine, style: Style): SpanLine {
  return spans.map((part) => ({ text: part.text, style: mergeStyles(part.style, style) }));
}

/** The part of a line between two columns. */
export function sliceLine(spans: SpanLine, start: number, end: number): SpanLine {
  const sliced: Span[] = [];
  let column = 0;
  for (const part of spans) {
    if (column >= end) break;
    const width = textWidth(part.text);
    const next = column + width;
    if (next > start) {
      const isWhole = column >= start && next <= end;
      const text = isWhole ? part.text : sliceText(part.text, Math.max(0, start - column), end - column);
      if (text !== "") sliced.push(isWhole ? part : { text, style: part.style });
    }
    column = next;
  }
  return sliced;
}

/** At most `width` columns; where something is cut the last column shows `…`. */
export function truncateLine(spans: SpanLine, width: number, ellipsis = "…"): SpanLine {
  if (width <= 0) return [];
  if (lineWidth(spans) <= width) return spans;
  const cut: Span[] = [];
  let room = Math.max(0, width - textWidth(ellipsis));
  for (const part of spans) {
    const text = fittingText(part.text, room);
    room = text === part.text ? room - textWidth(text) : 0;
    if (text !== "") cut.push(text === part.text ? part : { text, style: part.style });
    if (room <= 0) break;
  }
  const last = cut.at(-1) ?? spans[0];
  return [...cut, { text: fittingText(ellipsis, width), style: last?.style ?? plain }];
}

/** As `truncateLine`, for a safe text. */
export function truncateText(text: string, width: number, ellipsis = "…"): string {
  if (width <= 0) return "";
  if (textWidth(text) <= width) return text;
  return fittingText(text, Math.max(0, width - textWidth(ellipsis))) + fittingText(ellipsis, width);
}

/** As `truncateText`, keeping the end: for paths. */
export function truncateStart(text: string, width: number, ellipsis = "…"): string {
  const whole = textWidth(text);
  if (whole <= width) return text;
  if (width <= textWidth(ellipsis)) return sliceText(ellipsis, 0, Math.max(0, width));
  return ellipsis + sliceText(text, whole - width + textWidth(ellipsis), whole);
}

/** Exactly `width` columns: cut with `…`, or filled with blanks of `style`. */
export function padLine(spans: SpanLine, width: number, style: Style = plain): SpanLine {
  const missing = width - lineWidth(spans);
  if (missing === 0) return spans;
  if (missing < 0) return padLine(truncateLine(spans, width), width, style);
  return [...spans, { text: " ".repeat(missing), style }];
}

/** `left` and `right` at the two ends of `width` columns; `left` is cut first. */
export function justify(left: SpanLine, right: SpanLine, width: number): SpanLine {
  const rightWidth = Math.min(width, lineWidth(right));
  const gap = rightWidth > 0 && rightWidth < width ? 1 : 0;
  const leftPart = padLine(truncateLine(left, Math.max(0, width - rightWidth - gap)), width - rightWidth);
  return [...leftPart, ...truncateLine(right, rightWidth)];
}

/** Puts `top` on `bottom` (rows of equal width), its left upper corner at `row`, `column`. */
export function overlayLines(
  bottom: readonly SpanLine[],
  top: readonly SpanLine[],
  at: { readonly row: number; readonly column: number },
): SpanLine[] {
  return bottom.map((spans, index) => {
    const over = top[index - at.row];
    if (over === undefined) return spans;
    const end = at.column + lineWidth(over);
    return [...padLine(sliceLine(spans, 0, at.column), at.column), ...over, ...sliceLine(spans, end, end + 10_000)];
  });
}

export interface WrapOptions {
  /** Put before the first row, and (else) before each further one; their columns are part of `width`. */
  readonly firstPrefix?: SpanLine;
  readonly restPrefix?: SpanLine;
}

interface Word {
  readonly spans: Span[];
  width: number;
  readonly isBlank: boolean;
}

const ideograph = /[\u3001-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]/;
const wordPattern = / +|[^ ]+/g;
const ideographWordPattern =
  / +|[\u3001-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]|[^ \u3001-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]+/g;

function isBreakBetween(previous: string, next: string): boolean {
  return ideograph.test(previous.slice(-1)) || ideograph.test(next.slice(0, 1));
}

/** Runs that stay together where they can; a word may have several styles. */
function wordsOf(spans: SpanLine): Word[] {
  const words: Word[] = [];
  let previousText = " ";
  for (const { text, style } of spans) {
    for (const [piece] of text.matchAll(ideograph.test(text) ? ideographWordPattern : wordPattern)) {
      const isBlank = piece.startsWith(" ");
      const last = words.at(-1);
      const width = textWidth(piece);
      if (last !== undefined && last.isBlank === isBlank && (isBlank || !isBreakBetween(previousText, piece))) {
        last.spans.push({ text: piece, style });
        last.width += width;
      } else {
        words.push({ spans: [{ text: piece, style }], width, isBlank });
      }
      previousText = piece;
    }
  }
  return words;
}

/**
 * Collects rows of at most `width` columns. The pieces of a span are joined once it is whole: a text put together piece by
 * piece keeps all its pieces in memory, and the text that they were cut from.
 */
function createRowBuilder(width: number, options: WrapOptions) {
  const rows: SpanLine[] = [];
  let row: Span[] = [...(options.firstPrefix ?? [])];
  let pieces: string[] = [];
  let style: Style | null = null;
  let joint: string | null = null;
  let column = lineWidth(row);
  let prefixWidth = column;
  const endSpan = () => {
    if (style === null) return;
    const text = pieces.join("");
    row.push(joint === null ? { text, style } : { text, style, joint });
    pieces = [];
    style = null;
    joint = null;
  };
  const endRow = () => {
    endSpan();
    rows.push(row);
  };
  return {
    room: () => width - column,
    isAtStart: () => column === prefixWidth,
    add: (part: Span, partWidth: number) => {
      if (style !== part.style) endSpan();
      style = part.style;
      pieces.push(part.text);
      column += partWidth;
    },
    /** `dropped`: what stands at the break, in neither row. */
    breakRow: (dropped: string) => {
      endRow();
      joint = dropped;
      row = [...(options.restPrefix ?? [])];
      column = lineWidth(row);
      prefixWidth = column;
    },
    end: () => {
      endRow();
      return rows;
    },
  };
}

type RowBuilder = ReturnType<typeof createRowBuilder>;

function addWhole(builder: RowBuilder, spans: SpanLine): void {
  for (const part of spans) builder.add(part, textWidth(part.text));
}

function addBroken(builder: RowBuilder, spans: SpanLine): void {
  for (const { text, style } of spans) {
    if (isPrintableAscii(text)) {
      for (let start = 0; start < text.length;) {
        if (builder.room() < 1 && !builder.isAtStart()) builder.breakRow("");
        const piece = text.slice(start, start + Math.max(1, builder.room()));
        builder.add({ text: piece, style }, piece.length);
        start += piece.length;
      }
      continue;
    }
    for (const cluster of clustersOf(text)) {
      if (cluster.width > builder.room() && !builder.isAtStart()) builder.breakRow("");
      builder.add({ text: cluster.text, style }, cluster.width);
    }
  }
}

/**
 * Breaks a line at blanks (and between ideographs) into rows of at most `width` columns; words that are longer are
 * broken inside. Blanks at a break are dropped. Always at least one row.
 */
export function wrapSpans(spans: SpanLine, width: number, options: WrapOptions = {}): SpanLine[] {
  const builder = createRowBuilder(Math.max(1, width), options);
  if (lineWidth(spans) <= builder.room()) {
    for (const part of spans) builder.add(part, 0);
    return builder.end();
  }
  let blank: Word | null = null;
  for (const word of wordsOf(spans)) {
    if (word.isBlank) {
      blank = word;
      continue;
    }
    const blankWidth = blank?.width ?? 0;
    const isFitting = blankWidth + word.width <= builder.room();
    if (!isFitting && !builder.isAtStart()) builder.breakRow(lineText(blank?.spans ?? []));
    else if (blank !== null && blankWidth < builder.room()) addWhole(builder, blank.spans);
    blank = null;
    if (word.width <= builder.room()) addWhole(builder, word.spans);
    else addBroken(builder, word.spans);
  }
  return builder.end();
}

/** A part of a row that does not go on where the row before ends, such as a cell of a table. */
export function withoutJoint(row: SpanLine): SpanLine {
  if (row.every(({ joint }) => joint === undefined)) return row;
  return row.map(({ text, style }) => ({ text, style }));
}

/** Breaks a line after exactly `width` columns, blanks kept: for code and output. Always at least one row. */
export function chopSpans(spans: SpanLine, width: number): SpanLine[] {
  if (lineWidth(spans) <= width) return [spans];
  const builder = createRowBuilder(Math.max(1, width), {});
  addBroken(builder, spans);
  return builder.end();
}
