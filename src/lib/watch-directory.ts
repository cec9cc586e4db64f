import { watch } from "node:fs";

/**
 * Calls back when something in the directory itself (not below it) may have changed, some milliseconds later and more
 * often than needed. Null where the system can't watch it. Who can't miss a change looks by itself too, less often: some
 * file systems tell nothing of what other machines or containers write.
 */
export function watchDirectory(directory: string, onChange: () => void): Disposable | null {
  try {
    const watcher = watch(directory, { persistent: false }, onChange);
    // The directory went away: nothing changes in it any more.
    watcher.on("error", () => undefined);
    return {
      [Symbol.dispose]: () => {
        watcher.close();
      },
    };
  } catch {
    return null;
  }
}
