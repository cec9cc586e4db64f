export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * The log port. Fields hold facts only: short ids, counts, durations, codes. Never a key; never a title, a prompt,
 * a path's content or a tool's output (product.md, Safety).
 */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
}

export const silentLog: Log = { write: () => undefined };
