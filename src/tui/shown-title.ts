import { sanitizeLine } from "../term/sanitize.ts";

/** A session's title in one line, as it stands in lists. */
export function shownTitle(title: string): string {
  const text = sanitizeLine(title);
  return text.trim() === "" ? "untitled" : text;
}
