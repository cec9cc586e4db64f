import { FILE_HEADERS_ONLY, formatPatch, structuredPatch, type StructuredPatch } from "diff";

/** Longer than this on shuffled input, and the changed region counts as replaced whole. */
const timeoutMs = 500;

export interface DiffLine {
  readonly kind: "context" | "added" | "removed";
  /** Without its line end. */
  readonly text: string;
}

export interface DiffHunk {
  /** Number of the first line before and after, from 1. */
  readonly beforeStart: number;
  readonly afterStart: number;
  readonly lines: readonly DiffLine[];
}

export interface LineChanges {
  readonly additions: number;
  readonly removals: number;
}

const kinds = { " ": "context", "+": "added", "-": "removed" } as const;

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** All between the common start and the common end counts as replaced. */
function coarsePatch(file: string, before: string, after: string): StructuredPatch {
  const [old, now] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  const hunk = {
    oldStart: start + 1,
    newStart: start + 1,
    oldLines: removed.length,
    newLines: added.length,
    lines: [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)],
  };
  return { oldFileName: file, newFileName: file, oldHeader: undefined, newHeader: undefined, hunks: [hunk] };
}

interface Texts {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

function patchOf({ file, before, after }: Texts, context: number): StructuredPatch {
  return (
    structuredPatch(file, file, before, after, undefined, undefined, { context, timeout: timeoutMs }) ??
    coarsePatch(file, before, after)
  );
}

/** The changed places with three lines around each; none where nothing changed. */
export function diffHunks(before: string, after: string): DiffHunk[] {
  return patchOf({ file: "", before, after }, 3).hunks.map((hunk) => ({
    beforeStart: hunk.oldStart,
    afterStart: hunk.newStart,
    lines: hunk.lines.flatMap((line) => {
      const kind = kinds[line.charAt(0) as keyof typeof kinds];
      return kind === undefined ? [] : [{ kind, text: line.slice(1) }];
    }),
  }));
}

export function countLineChanges(before: string, after: string): LineChanges {
  if (before === after) return { additions: 0, removals: 0 };
  if (before === "") return { additions: linesOf(after).length, removals: 0 };
  if (after === "") return { additions: 0, removals: linesOf(before).length };
  const lines = patchOf({ file: "", before, after }, 0).hunks.flatMap((hunk) => hunk.lines);
  return {
    additions: lines.filter((line) => line.startsWith("+")).length,
    removals: lines.filter((line) => line.startsWith("-")).length,
  };
}

/** The usual text form, with `a/` and `b/` before the path. Empty where nothing changed. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const patch = patchOf({ file, before, after }, 3);
  return formatPatch({ ...patch, oldFileName: `a/${file}`, newFileName: `b/${file}` }, FILE_HEADERS_ONLY);
}
