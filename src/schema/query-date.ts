const secondsPerDay = 86_400;

export const dateHint = "a date looks like 2026-08-31, 2026-08, today, yesterday or 7d";

/** The beginning of the day, month or year, in the person's time zone, as Unix seconds; null: it is no date. */
export function parseQueryDate(typed: string, nowMs: number): number | null {
  const value = typed.toLowerCase();
  const today = new Date(nowMs);
  const midnight = (daysAgo: number): number =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysAgo).getTime() / 1000;
  if (value === "today") return midnight(0);
  if (value === "yesterday") return midnight(1);
  const ago = /^(?<days>\d{1,4})d$/u.exec(value)?.groups?.["days"];
  if (ago !== undefined) return Math.floor(nowMs / 1000) - Number(ago) * secondsPerDay;
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/u.exec(value);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() / 1000 : null;
}
