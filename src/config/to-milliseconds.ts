const nanosecondsPerMillisecond = 1_000_000;
const unitMs: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** A number is nanoseconds, as Crush's parser has it; a text is a number with its unit, such as "10s". Null: not set. */
export function toMilliseconds(duration: number | string | null | undefined): number | null {
  if (duration === null || duration === undefined) return null;
  if (typeof duration === "number") return duration / nanosecondsPerMillisecond;
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/u.exec(duration.trim());
  const unit = unitMs.get(parts?.[2] ?? "");
  return unit === undefined ? null : Number(parts?.[1]) * unit;
}
