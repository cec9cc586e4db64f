import type { CliIo } from "../io.ts";

/** Does the work, its progress (in [0, 1]) on one line of the error stream that is written over, where that is a terminal. */
export async function withProgress<T>(
  io: Pick<CliIo, "isErrorTerminal" | "writeError">,
  what: string,
  work: (onProgress: (part: number) => void) => Promise<T>,
): Promise<T> {
  let isShown = false;
  try {
    return await work((part) => {
      if (!io.isErrorTerminal) return;
      isShown = true;
      io.writeError(`\r${what}: ${Math.floor(part * 100)} %`);
    });
  } finally {
    if (isShown) io.writeError("\r\u001b[K");
  }
}
