import { getGraphemeSegmenter, visibleWidth } from "@earendil-works/pi-tui/dist/utils.js";

/** A character as a person sees it, and the cells it takes (0, 1 or 2). */
export interface Cluster {
  readonly text: string;
  readonly width: number;
  /** Terminals disagree about its width: the cursor is placed anew after it. */
  readonly isComplex: boolean;
}

const printableAscii = /^[\u0020-\u007e]*$/;

/**
 * Texts in which each UTF-16 unit is a character of its own with a width that all terminals agree on: Latin, Greek and
 * Cyrillic letters, box drawing, blocks and arrows (one cell), kana, Han, Hangul and full-width forms (two).
 */
const simpleText =
  /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u20a0-\u20bf\u2190-\u2193\u2200-\u22ff\u2500-\u259f\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;
const wideUnits = /[\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]/g;

const clusterCacheSizeMax = 4096;
const clusterCache = new Map<string, Cluster>();

function measured(text: string): Cluster {
  const known = clusterCache.get(text);
  if (known !== undefined) return known;
  if (clusterCache.size >= clusterCacheSizeMax) clusterCache.clear();
  const cluster = { text, width: Math.min(2, visibleWidth(text)), isComplex: !simpleText.test(text) };
  clusterCache.set(text, cluster);
  return cluster;
}

export function isPrintableAscii(text: string): boolean {
  return printableAscii.test(text);
}

/** True where terminals agree on the width of each character. */
export function isSimpleText(text: string): boolean {
  return simpleText.test(text);
}

/** The characters of a safe text. */
export function clustersOf(text: string): Cluster[] {
  const clusters: Cluster[] = [];
  if (simpleText.test(text)) {
    for (const character of text) clusters.push(measured(character));
    return clusters;
  }
  for (const { segment } of getGraphemeSegmenter().segment(text)) clusters.push(measured(segment));
  return clusters;
}

/** Cells that a safe text takes. */
export function textWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  if (simpleText.test(text)) return text.length + (text.match(wideUnits)?.length ?? 0);
  let width = 0;
  for (const { segment } of getGraphemeSegmenter().segment(text)) width += measured(segment).width;
  return width;
}

/** The part of a text between two columns. A wide character that is cut becomes a blank. */
export function sliceText(text: string, start: number, end: number): string {
  if (end <= start) return "";
  if (printableAscii.test(text)) return text.slice(start, end);
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
