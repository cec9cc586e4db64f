import type { DiffHunk, DiffLine } from "../lib/line-diff.ts";
import type { LateModules } from "./late-modules.ts";
import { type LongLines, rowsOfLine } from "./long-lines.ts";
import { sanitizeLine, sanitizeLines } from "./sanitize.ts";
import type { Span, SpanLine, Style } from "./span-line.ts";
import { line, padLine, span, withoutJoint, wrapSpans } from "./spans.ts";
import type { DiffStyles, Theme } from "./theme.ts";

export interface DiffLook {
  readonly theme: Theme;
  readonly modules: LateModules;
  readonly width: number;
  /** `auto`: side by side where there is room for it. */
  readonly layout: "auto" | "unified" | "split";
  /** Default: wrap. */
  readonly longLines?: LongLines;
  /** Stop after about so many rows; default: all. */
  readonly rowsMax?: number;
}

export interface DiffRows {
  readonly rows: readonly SpanLine[];
  /** Changed and context lines that `rowsMax` left out. */
  readonly hiddenLines: number;
}

/** Both halves then hold 58 columns of text or more. */
const splitWidthMin = 140;

/** A line on one side: null where the other side has one more. */
interface Side {
  readonly number: number;
  readonly kind: DiffLine["kind"];
  readonly spans: SpanLine;
}

interface Pair {
  readonly before: Side | null;
  readonly after: Side | null;
}

interface Look {
  readonly styles: DiffStyles;
  readonly numberWidth: number;
  readonly width: number;
  readonly longLines: LongLines;
}

const signs = { context: " ", added: "+", removed: "-" } as const;

function styleOf(kind: DiffLine["kind"], styles: DiffStyles): Style {
  if (kind === "added") return styles.added;
  return kind === "removed" ? styles.removed : styles.context;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\w+|\s+|[^\w\s]/gu) ?? [];
}

/** Lengths of what two lines have in common at their start and end, in whole words. */
function commonEnds(before: string, after: string): { start: number; end: number } {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  const shorter = Math.min(old.length, now.length);
  let first = 0;
  while (first < shorter && old[first] === now[first]) first++;
  let last = 0;
  while (last < shorter - first && old.at(-1 - last) === now.at(-1 - last)) last++;
  const length = (words: readonly string[]) => words.join("").length;
  return { start: length(old.slice(0, first)), end: length(old.slice(old.length - last)) };
}

/** The words that differ set off, where enough of the line stays the same for that to help. */
function markedWords(text: string, other: string, styles: { readonly line: Style; readonly word: Style }): SpanLine {
  const { start, end } = commonEnds(text, other);
  const common = start + end;
  if (common === 0 || common * 3 < Math.max(text.length, other.length)) return line(text, styles.line);
  const parts: Span[] = [
    span(text.slice(0, start), styles.line),
    span(text.slice(start, text.length - end), styles.word),
    span(text.slice(text.length - end), styles.line),
  ];
  return parts.filter((part) => part.text !== "");
}

/** A run of removed lines and the run of added lines that follows it, side by side. */
function changedPairs(removed: readonly Side[], added: readonly Side[], styles: DiffStyles): Pair[] {
  const textOf = (side: Side) => side.spans.map((part) => part.text).join("");
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => {
    const before = removed[index] ?? null;
    const after = added[index] ?? null;
    if (before === null || after === null || removed.length !== added.length) return { before, after };
    const [old, now] = [textOf(before), textOf(after)];
    return {
      before: { ...before, spans: markedWords(old, now, { line: styles.removed, word: styles.removedWord }) },
      after: { ...after, spans: markedWords(now, old, { line: styles.added, word: styles.addedWord }) },
    };
  });
}

function pairsOf(hunk: DiffHunk, styles: DiffStyles): Pair[] {
  const pairs: Pair[] = [];
  let removed: Side[] = [];
  let added: Side[] = [];
  let { beforeStart: beforeNumber, afterStart: afterNumber } = hunk;
  const flush = () => {
    pairs.push(...changedPairs(removed, added, styles));
    removed = [];
    added = [];
  };
  for (const { kind, text } of hunk.lines) {
    const spans = line(sanitizeLine(text), styleOf(kind, styles));
    if (kind === "removed") {
      if (added.length > 0) flush();
      removed.push({ number: beforeNumber++, kind, spans });
    } else if (kind === "added") {
      added.push({ number: afterNumber++, kind, spans });
    } else {
      flush();
      pairs.push({ before: { number: beforeNumber++, kind, spans }, after: { number: afterNumber++, kind, spans } });
    }
  }
  flush();
  return pairs;
}

/** Rows of one side: number, sign, text; the background reaches to the edge. */
function sideRows(side: Side, numbers: string, look: Look): SpanLine[] {
  const style = styleOf(side.kind, look.styles);
  const room = Math.max(1, look.width - numbers.length - 3);
  return rowsOfLine(side.spans, room, look.longLines).map((row, index) => [
    span(index === 0 ? numbers : " ".repeat(numbers.length), look.styles.lineNumber),
    span(index === 0 ? ` ${signs[side.kind]} ` : "   ", style),
    ...padLine(row, room, style),
  ]);
}

function numberText(number: number | null, width: number): string {
  return (number === null ? "" : String(number)).padStart(width);
}

function unifiedRows(pairs: readonly Pair[], look: Look): SpanLine[] {
  const rows: SpanLine[] = [];
  const { numberWidth } = look;
  const none = numberText(null, numberWidth);
  const held: SpanLine[] = [];
  for (const { before, after } of pairs) {
    if (before !== null && before.kind === "context") {
      rows.push(...held.splice(0));
      const numbers = `${numberText(before.number, numberWidth)} ${numberText(after?.number ?? null, numberWidth)}`;
      rows.push(...sideRows(before, numbers, look));
      continue;
    }
    // All removed lines of a run stand before its added ones.
    if (before !== null) rows.push(...sideRows(before, `${numberText(before.number, numberWidth)} ${none}`, look));
    if (after !== null) held.push(...sideRows(after, `${none} ${numberText(after.number, numberWidth)}`, look));
  }
  rows.push(...held);
  return rows;
}

function splitRows(pairs: readonly Pair[], look: Look): SpanLine[] {
  const leftWidth = Math.floor((look.width - 3) / 2);
  const rightWidth = look.width - 3 - leftWidth;
  const half = (side: Side | null, width: number): SpanLine[] =>
    side === null
      ? []
      : sideRows(side, numberText(side.number, look.numberWidth), { ...look, width }).map(withoutJoint);
  return pairs.flatMap(({ before, after }) => {
    const left = half(before, leftWidth);
    const right = half(after, rightWidth);
    return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => [
      ...padLine(left[row] ?? [], leftWidth),
      span(" │ ", look.styles.lineNumber),
      ...(right[row] ?? []),
    ]);
  });
}

/** Until the real differ is there: all between the common start and the common end counts as replaced. */
function coarseHunk(before: string, after: string): DiffHunk {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const lines: DiffLine[] = [
    ...old.slice(start, old.length - end).map((text) => ({ kind: "removed" as const, text })),
    ...now.slice(start, now.length - end).map((text) => ({ kind: "added" as const, text })),
  ];
  return { beforeStart: start + 1, afterStart: start + 1, lines };
}

function hunkHead({ beforeStart, afterStart, lines }: DiffHunk, styles: DiffStyles): SpanLine {
  const beforeCount = lines.filter(({ kind }) => kind !== "added").length;
  const afterCount = lines.filter(({ kind }) => kind !== "removed").length;
  return [span(`@@ -${beforeStart},${beforeCount} +${afterStart},${afterCount} @@`, styles.hunk)];
}

/** With a line break at its end, whose absence alone makes no line look changed. */
function endedText(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function equalNote(texts: { readonly before: string; readonly after: string }, look: DiffLook): SpanLine[] {
  if (texts.before === texts.after) return [];
  return wrapSpans(line("Only line ends or the end of the file differ", look.theme.muted), look.width);
}

/** Two texts as coloured rows with line numbers; signs as well as colours tell what changed. Texts may be hostile. */
export function renderDiff(texts: { readonly before: string; readonly after: string }, look: DiffLook): DiffRows {
  const before = endedText(sanitizeLines(texts.before));
  const after = endedText(sanitizeLines(texts.after));
  const styles = look.theme.diff;
  if (before === after) return { rows: equalNote(texts, look), hiddenLines: 0 };
  const hunks = look.modules.lineDiff?.(before, after) ?? [coarseHunk(before, after)];
  const last = hunks.at(-1);
  const numberMax = last === undefined ? 1 : Math.max(last.beforeStart, last.afterStart) + last.lines.length;
  const sized = {
    styles,
    numberWidth: String(numberMax).length,
    width: look.width,
    longLines: look.longLines ?? "wrap",
  };
  const isSplit = look.layout === "split" || (look.layout === "auto" && look.width >= splitWidthMin);
  const rowsMax = look.rowsMax ?? Number.POSITIVE_INFINITY;
  const rows: SpanLine[] = [];
  let hiddenLines = 0;
  for (const [index, hunk] of hunks.entries()) {
    if (rows.length >= rowsMax) {
      hiddenLines += hunk.lines.length;
      continue;
    }
    if (index > 0) rows.push(hunkHead(hunk, styles));
    const pairs = pairsOf(hunk, styles);
    rows.push(...(isSplit ? splitRows(pairs, sized) : unifiedRows(pairs, sized)));
  }
  if (rows.length > rowsMax) {
    hiddenLines += rows.length - rowsMax;
    rows.length = rowsMax;
  }
  return { rows, hiddenLines };
}
