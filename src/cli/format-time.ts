function two(value: number): string {
  return String(value).padStart(2, "0");
}

function offset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}

function day(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** RFC 3339 in local time, as Crush prints it: `Z` where the offset is none. */
export function formatRfc3339(seconds: number): string {
  const date = new Date(seconds * 1000);
  const zone = date.getTimezoneOffset() === 0 ? "Z" : offset(date, ":");
  return `${day(date)}T${clock(date)}${zone}`;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Such as `Mon Dec 22 11:30:00 2025 +0000`. */
export function formatLongDate(seconds: number): string {
  const date = new Date(seconds * 1000);
  const weekday = weekdays[date.getDay()] ?? "";
  const month = months[date.getMonth()] ?? "";
  return `${weekday} ${month} ${date.getDate()} ${clock(date)} ${date.getFullYear()} ${offset(date, "")}`;
}

/** Such as `2025-12-22 11:30`, in local time. */
export function formatMinute(timeMs: number): string {
  const date = new Date(timeMs);
  return `${day(date)} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Such as `2025/12/22 11:30:00`, in the time zone that the text names, as Crush shows the log. */
export function formatLogTime(time: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})/u.exec(time);
  return parts === null ? time : `${parts[1]}/${parts[2]}/${parts[3]} ${parts[4]}`;
}

/** Such as `1h 02m`, `3m 05s` or `4.2s`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(Math.floor(seconds % 60))}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}
