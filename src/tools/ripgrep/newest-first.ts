import { stat } from "node:fs/promises";

const simultaneousMax = 64;

/** Modification times in milliseconds; 0 for a file that is gone. */
async function modifiedTimes(files: readonly string[], signal: AbortSignal): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (let start = 0; start < files.length; start += simultaneousMax) {
    signal.throwIfAborted();
    await Promise.all(
      files.slice(start, start + simultaneousMax).map(async (file) => {
        const facts = await stat(file).catch(() => undefined);
        times.set(file, facts?.mtimeMs ?? 0);
      }),
    );
  }
  return times;
}

/** The latest changed first; of the same time by name. */
export async function newestFirst(files: readonly string[], signal: AbortSignal): Promise<string[]> {
  const times = await modifiedTimes(files, signal);
  return files.toSorted((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0) || (a < b ? -1 : 1));
}
