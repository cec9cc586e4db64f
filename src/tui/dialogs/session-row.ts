import type { SessionSummary } from "../../app/app.ts";
import type { SearchHit } from "../../app/search.ts";
import { highlightMatches } from "../../term/fuzzy-match.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Span, SpanLine, Style } from "../../term/span-line.ts";
import { lineWidth, padLine, span, truncateLine, truncateText } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { ageText } from "../format.ts";
import { jobText } from "../job-text.ts";
import { deskOf, type UiState } from "../state.ts";
import { cells, type Column } from "./session-columns.ts";
import { rowState, type RowState } from "./session-list.ts";
import { shownTitle } from "../shown-title.ts";

const stateMarks: Readonly<Record<RowState, string>> = {
  idle: " ",
  running: "●",
  queued: "⧗",
  waiting: "?",
  failed: "✗",
  elsewhere: "↗",
  unseen: "✓",
  paused: "‖",
};

function stateStyle(theme: Theme, state: RowState): Style {
  if (state === "failed") return theme.error;
  if (state === "queued") return theme.muted;
  return state === "waiting" || state === "paused" ? theme.warning : theme.success;
}

export interface RowLook {
  readonly state: UiState;
  readonly theme: Theme;
  readonly width: number;
  /** Words of the filter, for highlighting. */
  readonly query: string;
  readonly isChosen: boolean;
  readonly isMarked: boolean;
  readonly depth: number;
  readonly isUnfolded: boolean;
  readonly columns: readonly Column[];
  /** The row before is of the same session. */
  readonly isSameSession: boolean;
}

function leadOf(look: RowLook): Span {
  if (look.isMarked) return span(look.isChosen ? "›•" : " •", look.theme.accent);
  return span(look.isChosen ? "› " : "  ", look.isChosen ? look.theme.accent : look.theme.text);
}

function tagSpans(item: SessionSummary, { theme, query }: RowLook): Span[] {
  return item.tags.flatMap((tag) => [
    span(" "),
    ...highlightMatches(`#${sanitizeLine(tag)}`, query, { text: theme.accent, matched: theme.matched }),
  ]);
}

/** A long title leaves tags a third of the room; both are cut where they need more. */
function withTags(head: SpanLine, tags: SpanLine, room: number): SpanLine {
  const left = Math.max(Math.floor(room / 3), room - lineWidth(head));
  const given = Math.min(lineWidth(tags), left);
  return [...truncateLine(head, room - given), ...truncateLine(tags, given)];
}

function childText({ figures }: SessionSummary, { isUnfolded }: RowLook): string {
  return figures.childCount === 0 ? "" : ` ${isUnfolded ? "▾" : "▸"}${String(figures.childCount)}`;
}

function jobSpans({ session }: SessionSummary, { state, theme }: RowLook): Span[] {
  const jobs = jobText(deskOf(state, session.id));
  return jobs === "" ? [] : [span(` ${jobs}`, theme.success)];
}

/** A session's row; as wide as the look says. */
export function sessionRow(item: SessionSummary, look: RowLook): SpanLine {
  const { state, theme, width } = look;
  const isOpen = item.session.id === state.session?.id;
  const shown = rowState(item, state);
  const title = shownTitle(item.session.title);
  const style = isOpen ? theme.strong : item.isArchived ? theme.muted : theme.text;
  const head: Span[] = [
    leadOf(look),
    span(`${stateMarks[shown]} `, stateStyle(theme, shown)),
    ...(look.depth === 0 ? [] : [span(`${"  ".repeat(look.depth - 1)}└ `, theme.faint)]),
    ...highlightMatches(title, look.query, { text: style, matched: theme.matched }),
    span(isOpen ? " (open)" : "", theme.muted),
    span(item.isArchived ? " (archived)" : "", theme.muted),
    span(childText(item, look), theme.muted),
    ...jobSpans(item, look),
  ];
  const facts = cells(look.columns, (column) => column.text(item, state.nowMs));
  const room = Math.max(8, width - textWidth(facts) - 1);
  const left = withTags(head, tagSpans(item, look), room);
  return truncateLine([...padLine(left, room), span(" "), span(facts, theme.muted)], width);
}

const fieldNames: Readonly<Record<SearchHit["field"], string>> = {
  title: "title",
  prompt: "you",
  answer: "answer",
  reasoning: "thought",
  "tool-input": "tool",
  "tool-output": "output",
  path: "file",
};

/** From this width of the list on, a hit's row has room for the id. */
const hitIdFrom = 72;
const hitTitleWidthMax = 24;

interface HitLook {
  readonly theme: Theme;
  readonly width: number;
  /** Default: false. */
  readonly isSameSession?: boolean;
}

/** A piece of what was said, with the session it is of. */
export function hitRow(hit: SearchHit, look: RowLook): SpanLine {
  const { theme, width, state, isSameSession } = look;
  const id = width < hitIdFrom ? "" : ` ${hit.hash.slice(0, 7)}`;
  const right = [span(` ${ageText(hit.atSeconds, state.nowMs).padStart(6)}${id}`, theme.muted)];
  const lead = leadOf(look);
  const room = Math.max(8, width - lineWidth(right));
  const left = [lead, ...hitText(hit, { theme, width: room - lineWidth([lead]), isSameSession })];
  return [...padLine(truncateLine(left, room), room), ...right];
}

/** The session's title, unless the row before tells it, and what was said in it around the match. */
export function hitText(hit: SearchHit, { theme, width, isSameSession = false }: HitLook): SpanLine {
  if (hit.field === "title") return snippetSpans(hit, { theme, width });
  const titleWidth = Math.max(12, Math.min(hitTitleWidthMax, Math.floor(width * 0.43)));
  const whose = isSameSession ? "└" : truncateText(shownTitle(hit.title), titleWidth);
  const head = [span(`${whose} `, theme.muted), span(`${fieldNames[hit.field]}: `, theme.muted)];
  return [...head, ...snippetSpans(hit, { theme, width: width - lineWidth(head) })];
}

/** What was found stays in sight, whole where it fits, where there is no room for all that stands before it. */
function snippetSpans(
  { snippet, ranges }: SearchHit,
  { theme, width }: { readonly theme: Theme; readonly width: number },
): Span[] {
  const first = ranges[0] ?? { start: 0, end: 0 };
  // Where the text goes on behind the room, its last column is a mark of that.
  const isCut = textWidth(snippet.slice(0, first.end)) >= width;
  let place = isCut ? startOfSnippet(snippet, first, width - 2) : 0;
  const spans: Span[] = isCut ? [span("…", theme.faint)] : [];
  for (const { start, end } of ranges) {
    spans.push(span(sanitizeLine(snippet.slice(place, start)), theme.text));
    spans.push(span(sanitizeLine(snippet.slice(start, end)), theme.matched));
    place = end;
  }
  spans.push(span(sanitizeLine(snippet.slice(place)), theme.text));
  return spans.filter(({ text }) => text !== "");
}

/** Where a word begins, at most a third of the width before the match, and so that all of that fits. */
function startOfSnippet(snippet: string, match: SearchHit["ranges"][number], width: number): number {
  const lead = Math.min(Math.floor(width / 3), width - textWidth(snippet.slice(match.start, match.end)));
  const before = Array.from(snippet.slice(0, match.start)).toReversed();
  let place = match.start;
  let used = 0;
  for (const character of before) {
    used += textWidth(character);
    if (used > lead) break;
    place -= character.length;
  }
  const blank = snippet.slice(place, match.start).search(/\s\S/u);
  return blank < 0 ? place : place + blank + 1;
}
