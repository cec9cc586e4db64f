/** The facts of a session that stand behind its title. */
import type { SessionSummary } from "../../app/app.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { span, truncateText } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { textWidth } from "../../term/width.ts";
import { ageText, costText, tokenCount } from "../format.ts";

export interface Column {
  readonly name: string;
  readonly width: number;
  /** Shown from this width of the list on. */
  readonly from: number;
  readonly isLeft?: boolean;
  /** Left out where no session has it. */
  readonly isSparse?: boolean;
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

const allColumns: readonly Column[] = [
  { name: "age", width: 6, from: 0, text: ageCell },
  { name: "msgs", width: 4, from: 0, text: ({ figures }) => tokenCount(figures.messageCount) },
  { name: "tokens", isSparse: true, width: 6, from: 84, text: tokensCell },
  { name: "cost", isSparse: true, width: 8, from: 66, text: costCell },
  { name: "files", isSparse: true, width: 10, from: 92, text: filesText },
  { name: "model", isSparse: true, width: 14, from: 104, isLeft: true, text: ({ model }) => model ?? "" },
  { name: "branch", isSparse: true, width: 14, from: 112, isLeft: true, text: ({ figures }) => figures.branch ?? "" },
  { name: "id", width: 7, from: 52, isLeft: true, text: ({ hash }) => hash.slice(0, 7) },
];

function cell(column: Column, text: string): string {
  const cut = truncateText(sanitizeLine(text), column.width);
  const blanks = " ".repeat(Math.max(0, column.width - textWidth(cut)));
  return column.isLeft === true ? cut + blanks : blanks + cut;
}

/** Of these sessions' facts, each as wide as its column. */
export function cells(columns: readonly Column[], textOf: (column: Column) => string): string {
  return columns.map((column) => cell(column, textOf(column))).join(" ");
}

/** So many of the newest sessions tell which columns a list has, wherever it stands: it hardly changes while one scrolls. */
const newestMax = 50;

const filledByNewest = new WeakMap<readonly SessionSummary[], ReadonlySet<Column>>();

function filledAmong(items: readonly SessionSummary[]): ReadonlySet<Column> {
  const known = filledByNewest.get(items);
  if (known !== undefined) return known;
  const newest = items.slice(0, newestMax);
  const filled = new Set(allColumns.filter(({ text }) => newest.some((item) => text(item, 0) !== "")));
  filledByNewest.set(items, filled);
  return filled;
}

/** Those that there is room for, and of which a session on the screen, or one of the newest, has something. */
export function columnsFor(
  width: number,
  { items, shown }: { readonly items: readonly SessionSummary[]; readonly shown: readonly SessionSummary[] },
): readonly Column[] {
  const filled = filledAmong(items);
  return allColumns.filter(
    (column) =>
      width >= column.from &&
      (column.isSparse !== true || filled.has(column) || shown.some((item) => column.text(item, 0) !== "")),
  );
}

/** Names of the columns, as wide as the rows make them. */
export function columnHead(
  columns: readonly Column[],
  { width, theme }: { readonly width: number; readonly theme: Theme },
): SpanLine {
  const names = cells(columns, ({ name }) => name);
  return [span(" ".repeat(Math.max(0, width - textWidth(names))) + names, theme.muted)];
}
