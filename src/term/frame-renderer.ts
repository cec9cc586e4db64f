import { type ColorDepth, createStyleSequences } from "./color.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Frame, Span, SpanLine, Style } from "./span-line.ts";
import { isSameStyle, lineWidth, plain, sliceLine } from "./spans.ts";
import type { Size } from "./terminal-event.ts";
import { beginFrame, endFrame, hideCursor, showCursor } from "./terminal-modes.ts";
import { clustersOf, isPrintableAscii, isSimpleText, textWidth } from "./width.ts";

const controls = /[\u0000-\u001f\u007f-\u009f]/;

/** Turns frames into the bytes that change the screen from the frame before. Owns no resource: returns strings. */
export interface FrameRenderer {
  /** Empty where nothing changed. Rows and columns beyond `size` are cut. */
  render(frame: Frame, size: Size): string;
  /** Forgets what is on the screen: the next frame is painted whole. */
  invalidate(): void;
}

function isSameSpan(one: Span | undefined, other: Span | undefined): boolean {
  if (one === other) return true;
  return one !== undefined && other !== undefined && one.text === other.text && isSameStyle(one.style, other.style);
}

function isSameLine(one: SpanLine, other: SpanLine): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((part, index) => isSameSpan(part, other[index]));
}

function isBlankStyle(style: Style): boolean {
  return (
    style.background === undefined &&
    style.inverse !== true &&
    style.underline !== true &&
    style.strikethrough !== true &&
    style.link === undefined
  );
}

/** The line without the blanks at its end that look like an erased cell. */
function trimmed(spans: SpanLine): SpanLine {
  let end = spans.length;
  while (end > 0) {
    const last = spans[end - 1];
    if (last === undefined || !isBlankStyle(last.style)) break;
    const text = last.text.trimEnd();
    if (text !== "" && text.length < last.text.length && isPrintableAscii(last.text)) {
      return [...spans.slice(0, end - 1), { text, style: last.style }];
    }
    if (text !== "") break;
    end--;
  }
  return end === spans.length ? spans : spans.slice(0, end);
}

interface Change {
  /** Where the rows begin to differ. */
  readonly column: number;
  readonly spans: SpanLine;
  readonly oldSpans: SpanLine;
  /** Spans at the end that are the same in both and stay. */
  readonly keptWidth: number;
}

/** Cuts the characters that two spans of one style have in common at their start. */
function cutCommonText(spans: SpanLine, oldSpans: SpanLine): { readonly count: number } {
  const [first] = spans;
  const [oldFirst] = oldSpans;
  if (first === undefined || oldFirst === undefined || !isSameStyle(first.style, oldFirst.style)) return { count: 0 };
  if (!isPrintableAscii(first.text) || !isPrintableAscii(oldFirst.text)) return { count: 0 };
  const limit = Math.min(first.text.length, oldFirst.text.length);
  let count = 0;
  while (count < limit && first.text.charCodeAt(count) === oldFirst.text.charCodeAt(count)) count++;
  return { count };
}

function withoutStart(spans: SpanLine, count: number): SpanLine {
  const [first, ...rest] = spans;
  if (count === 0 || first === undefined) return spans;
  const text = first.text.slice(count);
  return text === "" ? rest : [{ text, style: first.style }, ...rest];
}

function hasOnlySimpleText(spans: SpanLine): boolean {
  return spans.every((part) => isSimpleText(part.text));
}

function changeBetween(spans: SpanLine, oldSpans: SpanLine): Change {
  let column = 0;
  let start = 0;
  while (start < spans.length && start < oldSpans.length && isSameSpan(spans[start], oldSpans[start])) {
    column += textWidth(spans[start]?.text ?? "");
    start++;
  }
  let changed = spans.slice(start);
  let oldChanged = oldSpans.slice(start);
  let keptWidth = 0;
  // A terminal may draw a complex character wider or narrower than it counts: what follows one is written anew.
  if (hasOnlySimpleText(changed) && hasOnlySimpleText(oldChanged) && lineWidth(changed) === lineWidth(oldChanged)) {
    while (changed.length > 0 && isSameSpan(changed.at(-1), oldChanged.at(-1))) {
      keptWidth += textWidth(changed.at(-1)?.text ?? "");
      changed = changed.slice(0, -1);
      oldChanged = oldChanged.slice(0, -1);
    }
  }
  const { count } = cutCommonText(changed, oldChanged);
  return {
    column: column + count,
    spans: withoutStart(changed, count),
    oldSpans: withoutStart(oldChanged, count),
    keptWidth,
  };
}

function linkSequence(target: string | undefined): string {
  const safe =
    target?.replaceAll(/[^\u0021-\u007e]/gu, (character) => encodeURIComponent(character.toWellFormed())) ?? "";
  return `\u001b]8;;${safe}\u001b\\`;
}

/** Writes spans from a position on, changing styles only where needed. */
function createPen(depth: ColorDepth) {
  const sequenceOf = createStyleSequences(depth);
  let output = "";
  let sequence = sequenceOf(plain);
  let link: string | undefined;

  const setStyle = (style: Style) => {
    const wanted = sequenceOf(style);
    if (wanted !== sequence) {
      output += wanted;
      sequence = wanted;
    }
    if (style.link !== link) {
      output += linkSequence(style.link);
      link = style.link;
    }
  };

  const writeClusters = (text: string, startColumn: number) => {
    let column = startColumn;
    for (const cluster of clustersOf(text)) {
      if (cluster.isComplex) {
        // Its cells are blanked first and the cursor is set after it, however wide the terminal draws it.
        output += `${" ".repeat(cluster.width)}\u001b[${column + 1}G${cluster.text}\u001b[${column + cluster.width + 1}G`;
      } else {
        output += cluster.text;
      }
      column += cluster.width;
    }
  };

  return {
    moveTo: (row: number, column: number) => {
      output += `\u001b[${row + 1};${column + 1}H`;
    },
    writeSpans: (spans: SpanLine, startColumn: number) => {
      let column = startColumn;
      for (const part of spans) {
        const text = controls.test(part.text) ? sanitizeLine(part.text) : part.text;
        setStyle(part.style);
        if (isSimpleText(text)) output += text;
        else writeClusters(text, column);
        column += textWidth(text);
      }
    },
    eraseToEnd: () => {
      setStyle(plain);
      output += "\u001b[K";
    },
    /** Returns what was written, and leaves the terminal in the plain style. */
    take: () => {
      setStyle(plain);
      const taken = output;
      output = "";
      return taken;
    },
  };
}

export function createFrameRenderer(depth: ColorDepth): FrameRenderer {
  const pen = createPen(depth);
  let screen: (SpanLine | null)[] = [];
  let trimmedScreen: SpanLine[] = [];
  let size: Size = { rows: 0, columns: 0 };
  let cursor: Frame["cursor"] | undefined;

  const paintWhole = (row: number, spans: SpanLine) => {
    pen.moveTo(row, 0);
    pen.writeSpans(spans, 0);
    if (lineWidth(spans) < size.columns) pen.eraseToEnd();
  };

  const paintChange = (row: number, spans: SpanLine, oldSpans: SpanLine) => {
    const change = changeBetween(spans, oldSpans);
    if (change.spans.length === 0 && change.oldSpans.length === 0) return;
    pen.moveTo(row, change.column);
    pen.writeSpans(change.spans, change.column);
    if (change.keptWidth > 0 || change.column + lineWidth(change.spans) >= size.columns) return;
    const isShorter = lineWidth(change.spans) < lineWidth(change.oldSpans);
    if (isShorter || !hasOnlySimpleText(spans) || !hasOnlySimpleText(oldSpans)) pen.eraseToEnd();
  };

  const renderRow = (row: number, wanted: SpanLine) => {
    const old = screen[row] ?? null;
    screen[row] = wanted;
    if (old !== null && isSameLine(old, wanted)) return;
    const spans = trimmed(lineWidth(wanted) > size.columns ? sliceLine(wanted, 0, size.columns) : wanted);
    const oldSpans = trimmedScreen[row] ?? [];
    trimmedScreen[row] = spans;
    if (old === null) paintWhole(row, spans);
    else paintChange(row, spans, oldSpans);
  };

  return {
    render: (frame, wantedSize) => {
      if (wantedSize.rows !== size.rows || wantedSize.columns !== size.columns) {
        size = wantedSize;
        screen = [];
        trimmedScreen = [];
      }
      for (let row = 0; row < size.rows; row++) renderRow(row, frame.lines[row] ?? []);
      const cells = pen.take();
      const wantedCursor = frame.cursor;
      const isCursorSame =
        cursor !== undefined && cursor?.row === wantedCursor?.row && cursor?.column === wantedCursor?.column;
      if (cells === "" && isCursorSame) return "";
      cursor = wantedCursor;
      const place =
        wantedCursor === null ? "" : `\u001b[${wantedCursor.row + 1};${wantedCursor.column + 1}H${showCursor}`;
      return `${beginFrame}${hideCursor}${cells}${place}${endFrame}`;
    },
    invalidate: () => {
      screen = [];
      trimmedScreen = [];
      cursor = undefined;
    },
  };
}
