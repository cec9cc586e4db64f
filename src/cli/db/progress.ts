import type { CliIo } from "../io.ts";

export interface Progress {
  /** In [0, 1]. */
  show(part: number): void;
  end(): void;
}

/** A line on the error stream that is written over, where that is a terminal; nothing elsewhere. */
export function progressLine(io: Pick<CliIo, "isErrorTerminal" | "writeError">, what: string): Progress {
  let isShown = false;
  return {
    show: (part) => {
      if (!io.isErrorTerminal) return;
      isShown = true;
      io.writeError(`\r${what}: ${Math.floor(part * 100)} %`);
    },
    end: () => {
      if (isShown) io.writeError("\r\u001b[K");
    },
  };
}
