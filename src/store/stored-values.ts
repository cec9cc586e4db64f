import type { SqlValue } from "./handle.ts";

/** A column's text; one that another program stored as bytes is a text all the same. */
export function storedText(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** A number of a column; 0 for what is none (text, infinity), as a fault may have left it. */
export function storedNumber(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** Unix milliseconds of a column; 0 for what is no time. */
export function storedMilliseconds(value: unknown): number {
  const timeMs = storedNumber(value);
  return timeMs >= 0 && timeMs <= secondsMax * 1000 ? Math.trunc(timeMs) : 0;
}

/** The last second that a Date can hold. */
const secondsMax = 8_640_000_000_000;

/** Unix seconds of a column; null for what is no time (text, a negative or huge number), as a fault may have left it. */
export function storedSeconds(value: SqlValue | undefined): number | null {
  return typeof value === "number" && value >= 0 && value <= secondsMax ? Math.trunc(value) : null;
}

/** The same in SQL, for messages `m`: rows whose time is none stand first. */
export const messageTime = `case when typeof(m.created_at) in ('integer', 'real')
  and m.created_at between 0 and ${String(secondsMax)} then m.created_at else 0 end`;
