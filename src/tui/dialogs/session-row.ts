import type { SessionSummary } from "../../app/app.ts";
import type { SearchHit } from "../../app/search.ts";
import { highlightMatches } from "../../term/fuzzy-match.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Span, SpanLine, Style } from "../../term/span-line.ts";
import { lineWidth, padLine, span, truncateLine, truncateText } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { ageText, costText, tokenCount } from "../format.ts";
import { jobText } from "../job-text.ts";
import { deskOf, type UiState } from "../state.ts";
import { rowState, type RowState } from "./session-list.ts";
import { shownTitle } from "../shown-title.ts";

interface Column {
  readonly name: string;
  readonly width: number;
  /** Shown from this width of the list on. */
  readonly from: number;
  readonly isLeft?: boolean;
  readonly text: (item: SessionSummary, nowMs: number) => string;
}

/** Empty where nothing is known of it: a list is calmer so. */
function filesText({ figures: { files } }: SessionSummary): string {
  return files.changed === 0 ? "" : `+${tokenCount(files.additions)} −${tokenCount(files.removals)}`;
}

function costCell({ figures }: SessionSummary): string {
  const { costUsd, isCostPartial, tokens } = figures;
  if (costUsd === null) return "?";
  if (tokens === 0 && costUsd === 0) return "";
  return costText({ knownCostUsd: costUsd, unknownCostRequests: isCostPartial ? 1 : 0 }, figures);
}

function tokensCell({ figures: { tokens, isEstimated } }: SessionSummary): string {
  return tokens === 0 ? "" : `${isEstimated ? "~" : ""}${tokenCount(tokens)}`;
}

/** A new one, or a fork, may have been changed last before it was made. */
function ageCell({ session }: SessionSummary, nowMs: number): string {
  return ageText(Math.max(session.updatedAt, session.createdAt), nowMs);
}

const columns: readonly Column[] = [
  { name: "age", width: 6, from: 0, text: ageCell },
  { name: "msgs", width: 4, from: 0, text: ({ figures }) => tokenCount(figures.messageCount) },
  { name: "tokens", width: 6, from: 84, text: tokensCell },
  { name: "cost", width: 8, from: 66, text: costCell },
  { name: "files", width: 10, from: 92, text: filesText },
  { name: "model", width: 14, from: 104, isLeft: true, text: ({ model }) => model ?? "" },
  { name: "branch", width: 14, from: 112, isLeft: true, text: ({ figures }) => figures.branch ?? "" },
  { name: "id", width: 7, from: 0, isLeft: true, text: ({ hash }) => hash.slice(0, 7) },
];

function cell(column: Column, text: string): string {
  const cut = truncateText(sanitizeLine(text), column.width);
  const blanks = " ".repeat(Math.max(0, column.width - textWidth(cut)));
  return column.isLeft === true ? cut + blanks : blanks + cut;
}

function cells(width: number, textOf: (column: Column) => string): string {
  return columns
    .filter(({ from }) => width >= from)
    .map((column) => cell(column, textOf(column)))
    .join(" ");
}

/** Names of the columns, as wide as the rows make them. */
export function columnHead(width: number, theme: Theme): SpanLine {
  const names = cells(width, ({ name }) => name);
  return [span(" ".repeat(Math.max(0, width - textWidth(names))) + names, theme.muted)];
}

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
  const facts = cells(width, (column) => column.text(item, state.nowMs));
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

interface HitLook {
  readonly theme: Theme;
  readonly width: number;
  readonly titleWidth?: number;
}

/** A piece of what was said, with the session it is of. */
export function hitRow(hit: SearchHit, look: RowLook): SpanLine {
  const { theme, width, state } = look;
  const right = [span(` ${ageText(hit.atSeconds, state.nowMs).padStart(6)} ${hit.hash.slice(0, 7)}`, theme.muted)];
  const lead = leadOf(look);
  const room = Math.max(8, width - lineWidth(right));
  const left = [lead, ...hitText(hit, { theme, width: room - lineWidth([lead]), titleWidth: Math.floor(width / 4) })];
  return [...padLine(truncateLine(left, room), room), ...right];
}

/** The session's title, and what was said in it around the match. */
export function hitText(hit: SearchHit, { theme, width, titleWidth = Math.floor(width / 4) }: HitLook): SpanLine {
  if (hit.field === "title") return snippetSpans(hit, { theme, width });
  const title = truncateText(shownTitle(hit.title), Math.max(12, titleWidth));
  const head = [span(`${title} `, theme.muted), span(`${fieldNames[hit.field]}: `, theme.muted)];
  return [...head, ...snippetSpans(hit, { theme, width: width - lineWidth(head) })];
}

/** What was found stays in sight where there is no room for all that stands before it. */
function snippetSpans(
  { snippet, ranges }: SearchHit,
  { theme, width }: { readonly theme: Theme; readonly width: number },
): Span[] {
  const first = ranges[0] ?? { start: 0, end: 0 };
  const isCut = textWidth(snippet.slice(0, first.end)) >= width;
  let place = isCut ? Math.max(0, first.start - Math.floor(width / 3)) : 0;
  const spans: Span[] = isCut ? [span("…", theme.faint)] : [];
  for (const { start, end } of ranges) {
    spans.push(span(sanitizeLine(snippet.slice(place, start)), theme.text));
    spans.push(span(sanitizeLine(snippet.slice(start, end)), theme.matched));
    place = end;
  }
  spans.push(span(sanitizeLine(snippet.slice(place)), theme.text));
  return spans.filter(({ text }) => text !== "");
}
