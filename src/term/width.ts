import { getGraphemeSegmenter, visibleWidth } from "@earendil-works/pi-tui/dist/utils.js";

/** A character as a person sees it, and the cells it takes (0, 1 or 2). */
export interface Cluster {
  readonly text: string;
  readonly width: number;
  /** Terminals disagree about its width: the cursor is placed anew after it. */
  readonly isComplex: boolean;
}

/** First and last UTF-16 unit of ranges in which all terminals give each unit one cell. */
const narrowRanges = [
  [0x20, 0x7e],
  [0xa0, 0xac],
  [0xae, 0x2ff],
  [0x370, 0x482],
  [0x48a, 0x52f],
  [0x1e00, 0x1fff],
  [0x2010, 0x2027],
  [0x2030, 0x203b],
  [0x203d, 0x2048],
  [0x204a, 0x205e],
  [0x20a0, 0x20bf],
  [0x2190, 0x2193],
  [0x2200, 0x22ff],
  [0x2500, 0x259f],
  [0x2713, 0x2713],
  [0x2717, 0x271c],
] as const;

/** As `narrowRanges`, with two cells each: kana, Han, Hangul, full-width forms. */
const wideRanges = [
  [0x3001, 0x3029],
  [0x3041, 0x3096],
  [0x30a1, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff01, 0xff60],
] as const;

/** Cells of each UTF-16 unit that is a character of its own; 0 for all others. */
const unitWidths = new Uint8Array(0x1_0000);
for (const [first, last] of narrowRanges) unitWidths.fill(1, first, last + 1);
for (const [first, last] of wideRanges) unitWidths.fill(2, first, last + 1);

const clusterCacheSizeMax = 4096;
const clusterCache = new Map<string, Cluster>();

function measured(text: string): Cluster {
  const known = clusterCache.get(text);
  if (known !== undefined) return known;
  if (clusterCache.size >= clusterCacheSizeMax) clusterCache.clear();
  const cluster = { text, width: Math.min(2, visibleWidth(text)), isComplex: simpleWidth(text) < 0 };
  clusterCache.set(text, cluster);
  return cluster;
}

/** Cells of a text of simple characters; -1 where it has another. */
function simpleWidth(text: string): number {
  let width = 0;
  for (let index = 0; index < text.length; index++) {
    const unitWidth = unitWidths[text.charCodeAt(index)] ?? 0;
    if (unitWidth === 0) return -1;
    width += unitWidth;
  }
  return width;
}

export function isPrintableAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

/** True where terminals agree on the width of each character. */
export function isSimpleText(text: string): boolean {
  return simpleWidth(text) >= 0;
}

/** The characters of a safe text. */
export function clustersOf(text: string): Cluster[] {
  const clusters: Cluster[] = [];
  if (simpleWidth(text) >= 0) {
    for (const character of text) clusters.push(measured(character));
    return clusters;
  }
  for (const { segment } of getGraphemeSegmenter().segment(text)) clusters.push(measured(segment));
  return clusters;
}

/** Cells that a safe text takes. */
export function textWidth(text: string): number {
  const simple = simpleWidth(text);
  if (simple >= 0) return simple;
  let width = 0;
  for (const { segment } of getGraphemeSegmenter().segment(text)) width += measured(segment).width;
  return width;
}

/** The whole characters at the start of a text that fit into so many columns. */
export function fittingText(text: string, width: number): string {
  if (isPrintableAscii(text)) return text.slice(0, Math.max(0, width));
  let column = 0;
  let fitting = "";
  for (const cluster of clustersOf(text)) {
    column += cluster.width;
    if (column > width) break;
    fitting += cluster.text;
  }
  return fitting;
}

/** The part of a text between two columns. A wide character that is cut becomes a blank. */
export function sliceText(text: string, start: number, end: number): string {
  if (end <= start) return "";
  if (isPrintableAscii(text)) return text.slice(start, end);
  let column = 0;
  let sliced = "";
  for (const { text: character, width } of clustersOf(text)) {
    const next = column + width;
    if (column >= end && width > 0) break;
    if (column >= start && next <= end) sliced += width === 0 && column === start && start > 0 ? "" : character;
    else if (next > start && column < end) sliced += " ".repeat(Math.min(next, end) - Math.max(column, start));
    column = next;
  }
  return sliced;
}
