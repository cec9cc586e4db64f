import { sanitizeLine } from "../../term/sanitize.ts";
import { truncateText } from "../../term/spans.ts";

/** In columns: a longer title takes too long to listen to. `/info` has all of it. */
const titleWidthMax = 80;

/** A title as it is read out. */
export function plainTitle(title: string): string {
  const shown = sanitizeLine(title).trim();
  return shown === "" ? "untitled" : truncateText(shown, titleWidthMax);
}
