import type { SpanLine } from "../../term/span-line.ts";
import { justify, span } from "../../term/spans.ts";
import { textWidth } from "../../term/width.ts";
import type { Theme } from "../../term/theme.ts";
import { keyHint } from "../commands/shown-keys.ts";
import { fieldLine } from "../dialogs/field-line.ts";
import type { Search, UiState } from "../state.ts";
import type { SearchStatus } from "../transcript-finder.ts";

function countText({ field }: Search, status: SearchStatus | null): string {
  if (field.text === "" || status === null) return "";
  const { position, total, isComplete } = status;
  if (total === 0) return isComplete ? "nothing found" : "searching…";
  // What came since is not gone to by itself.
  return `${position === 0 ? `${total} found` : `${position} of ${total}`}${isComplete ? "" : "…"}`;
}

function hints(...words: readonly string[]): string {
  return words.filter((word) => word !== "").join(" · ");
}

function hintText(state: UiState, search: Search): string {
  if (search.isTyping) return hints(keyHint(state, "find.keep", "keeps"), keyHint(state, "find.end", "ends"));
  return hints(
    keyHint(state, "command transcript-search-older", "older"),
    keyHint(state, "command transcript-search-newer", "newer"),
    keyHint(state, "command cancel", "ends"),
  );
}

export interface SearchLine {
  readonly line: SpanLine;
  /** Of the cursor while one types; null else. */
  readonly column: number | null;
}

/** What is looked for, and how much of it there is: in place of the help line. */
export function searchLine(
  state: UiState,
  search: Search,
  look: { readonly theme: Theme; readonly width: number; readonly status: SearchStatus | null },
): SearchLine {
  const { theme, width } = look;
  const count = countText(search, look.status);
  const hint = hintText(state, search);
  const right = [
    span(count, theme.accentStrong),
    span(count === "" ? "" : "  ", theme.text),
    span(`${hint} `, theme.helpText),
  ];
  const room = Math.max(8, width - textWidth(count) - textWidth(hint) - 6);
  const field = fieldLine(search.field, { label: " / ", placeholder: "find in this session", width: room, theme });
  return { line: justify(field.line, right, width), column: search.isTyping ? field.column : null };
}
