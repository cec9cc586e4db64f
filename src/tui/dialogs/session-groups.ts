/** The headings of a list of sessions by time. */
import type { SessionSummary } from "../../app/app.ts";

const dayMs = 86_400_000;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `Pinned`, `Today`, `Yesterday`, the weekday within a week, then the month. In this machine's time zone. */
export function groupOf(item: SessionSummary, nowMs: number): string {
  if (item.isPinned) return "Pinned";
  const then = new Date(Math.max(item.session.updatedAt, item.session.createdAt) * 1000);
  const today = new Date(nowMs);
  today.setHours(0, 0, 0, 0);
  const startMs = today.getTime();
  if (then.getTime() >= startMs) return "Today";
  // Noon of the day before: a day may have 23 or 25 hours.
  const yesterday = new Date(startMs - dayMs / 2);
  if (then.toDateString() === yesterday.toDateString()) return "Yesterday";
  if (then.getTime() >= startMs - 6 * dayMs) return weekdays[then.getDay()] ?? "";
  return `${months[then.getMonth()] ?? ""} ${String(then.getFullYear())}`;
}
