import type { DiffHunk } from "../lib/line-diff.ts";

export type LineDiffer = (before: string, after: string) => DiffHunk[];

/** Costs 3 ms: for the first diff shown. */
export async function loadLineDiff(): Promise<LineDiffer> {
  const { diffHunks } = await import("../lib/line-diff.ts");
  return diffHunks;
}
