import { largeDatabaseBytes } from "../../app/backups.ts";
import { formatSize } from "../../lib/format-size.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { line, lineWidth, padLine, span, truncateLine, underlay } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { dialogKeyLabel, keyHint } from "../commands/shown-keys.ts";
import type { UiState } from "../state.ts";
import type { DialogView, DialogViewContext } from "./dialog-module.ts";
import { fieldLine, type FieldLine } from "./field-line.ts";
import { windowStart } from "./list-window.ts";
import { previewRows } from "./preview-rows.ts";
import { type Column, columnHead, columnsFor } from "./session-columns.ts";
import { searchedPart } from "./session-filter.ts";
import { groupOf } from "./session-groups.ts";
import { filterOf, hiddenMarks, idOf, type PickerRows, shownHits, shownRows, shownSessions } from "./session-list.ts";
import { hitRow, sessionRow } from "./session-row.ts";
import { deleteLines } from "./session-delete-view.ts";
import type { PickerRow, SessionsDialog } from "./sessions-dialog.ts";
import { tagHint } from "./tag-words.ts";

const widthMax = 150;
/** From this width on, what was said around a hit stands beside the list. */
const previewFrom = 100;
const stackedRowsMax = 7;
const stackedListMin = 4;

interface Line {
  readonly spans: SpanLine;
  readonly item: number | null;
}

function entryLine(
  dialog: SessionsDialog,
  { width, theme }: { readonly width: number; readonly theme: Theme },
): FieldLine {
  const { mode } = dialog;
  if (mode.kind === "rename") return fieldLine(mode.field, { label: "New title: ", placeholder: "", width, theme });
  if (mode.kind === "tag") {
    return fieldLine(mode.field, { label: "Tags: ", placeholder: "words to set, -word to take away", width, theme });
  }
  const placeholder = "type to search titles, tags, ids and what was said";
  return fieldLine(dialog.filter, { label: "Filter: ", placeholder, width, theme });
}

/** The heading that a row begins; rows under one heading answer the same. */
function headingOf(row: PickerRow, dialog: SessionsDialog, state: UiState): string | null {
  if (row.kind === "hit") {
    if (row.hit.field === "title") return "Below other sessions";
    return dialog.hits?.isIndexed === false ? "What was said (still reading older sessions)" : "What was said";
  }
  if (row.kind === "child") return null;
  return filterOf(dialog, state).words.length > 0 ? "" : groupOf(row.item, state.nowMs);
}

interface ListPart {
  readonly dialog: SessionsDialog;
  readonly context: DialogViewContext;
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
}

/** The rows that a list of this height shows, a few more where headings stand between them. */
function rowsInSight(dialog: SessionsDialog, state: UiState, height: number): PickerRow[] {
  const rows = shownRows(dialog, state);
  const start = windowStart(dialog.selected, { count: rows.length, height, first: state.listFirst });
  return Array.from({ length: Math.min(height, rows.length - start) }, (_, index) => rows.at(start + index)).filter(
    (row) => row !== undefined,
  );
}

/** The part of the list around the cursor, with the headings of what it shows. Only rows that are shown are made. */
function listLines(part: ListPart): Line[] {
  const { dialog, context, height } = part;
  const rows = shownRows(dialog, context.state);
  if (rows.length === 0) return [{ spans: line(emptyText(dialog, context.state), context.theme.muted), item: null }];
  const { listFirst: first } = context.state;
  let start = windowStart(dialog.selected, { count: rows.length, height, first });
  for (;;) {
    const lines = linesFrom(rows, start, part);
    if (lines.some(({ item }) => item === dialog.selected) || start >= dialog.selected) return lines;
    start += 1;
  }
}

function linesFrom(rows: PickerRows, start: number, part: ListPart): Line[] {
  const { dialog, context, height } = part;
  const lines: Line[] = [];
  let heading = "";
  for (let index = start; index < rows.length && lines.length < height; index += 1) {
    const row = rows.at(index);
    if (row === undefined) break;
    const own = headingOf(row, dialog, context.state) ?? heading;
    if (own !== heading && own !== "") lines.push({ spans: line(own, context.theme.accent), item: null });
    heading = own;
    const above = index > start ? rows.at(index - 1) : undefined;
    const isSameSession =
      row.kind === "hit" && above?.kind === "hit" && above.hit.field !== "title" && idOf(above) === idOf(row);
    if (lines.length < height) lines.push({ spans: rowLine({ row, index, isSameSession }, part), item: index });
  }
  return lines;
}

interface PlacedRow {
  readonly row: PickerRow;
  readonly index: number;
  readonly isSameSession: boolean;
}

function rowLine({ row, index, isSameSession }: PlacedRow, { dialog, context, width, columns }: ListPart): SpanLine {
  const { state, theme } = context;
  const isChosen = index === dialog.selected;
  const id = row.kind === "hit" ? null : row.item.session.id;
  const look = {
    state,
    theme,
    width,
    query: filterOf(dialog, state).words.join(" "),
    isChosen,
    isMarked: id !== null && dialog.marked.has(id),
    depth: row.kind === "child" ? row.depth : 0,
    isUnfolded: id !== null && dialog.unfolded.has(id),
    columns,
    isSameSession,
  };
  const spans = row.kind === "hit" ? hitRow(row.hit, look) : sessionRow(row.item, look);
  return isChosen ? underlay(padLine(spans, width), theme.selected) : spans;
}

function emptyText(dialog: SessionsDialog, state: UiState): string {
  if (dialog.items.length === 0) return `no sessions yet: ${dialogKeyLabel(state, "sessions.new")} starts one`;
  const searched = searchedPart(dialog.filter.text);
  if (searched !== "" && dialog.searched?.query !== searched) return "looking for these sessions…";
  if (dialog.filter.text === "") return "all sessions are archived: is:archived shows them";
  return "no session matches";
}

function previewLines(
  { preview }: SessionsDialog,
  look: { readonly theme: Theme; readonly width: number; readonly height: number },
): SpanLine[] {
  return preview === null ? [] : previewRows(preview.lines, look);
}

/** What was said under the list where it is narrow, as far as the list keeps a few rows. */
function stackedLines(part: ListPart, dialog: SessionsDialog): Line[] {
  const { width, height, context } = part;
  const room = Math.min(stackedRowsMax, height - stackedListMin - 1);
  const preview = room < 3 ? [] : previewLines(dialog, { theme: context.theme, width, height: room });
  if (preview.length === 0) return listLines(part);
  const rule = line("─".repeat(width), context.theme.faint);
  const under = [rule, ...preview].map((spans): Line => ({ spans, item: null }));
  return [...listLines({ ...part, height: height - under.length }), ...under];
}

function listWidthBeside(width: number): number {
  return Math.floor(width * 0.58);
}

/** Two columns where something is previewed and there is room. */
function bodyLines(part: ListPart, dialog: SessionsDialog): Line[] {
  const { width, height, context } = part;
  const { theme } = context;
  if (dialog.preview === null) return listLines(part);
  if (width < previewFrom) return stackedLines(part, dialog);
  const listWidth = listWidthBeside(width);
  const list = listLines({ ...part, width: listWidth });
  const preview = previewLines(dialog, { theme, width: width - listWidth - 3, height });
  return Array.from({ length: Math.max(list.length, Math.min(preview.length, height)) }, (_, index): Line => {
    const left = list[index];
    const spans = [...padLine(left?.spans ?? [], listWidth), span(" │ ", theme.faint), ...(preview[index] ?? [])];
    return { spans, item: left?.item ?? null };
  });
}

function titleOf(dialog: SessionsDialog, state: UiState): string {
  const all = dialog.items.reduce((count, { isArchived }) => (isArchived ? count : count + 1), 0);
  const shown = shownSessions(dialog, state.desks).length;
  const hidden = hiddenMarks(dialog, state);
  const notShown =
    hidden === 0 ? "" : hidden === dialog.marked.size ? " and not shown" : `, ${String(hidden)} of them not shown`;
  const marked = dialog.marked.size === 0 ? "" : `, ${String(dialog.marked.size)} marked${notShown}`;
  const more = dialog.isPartial ? "+" : "";
  return `Sessions (${shown === all ? "" : `${String(shown)} of `}${String(all)}${more}${hitsText(dialog, state)}${marked})`;
}

function hitsText(dialog: SessionsDialog, state: UiState): string {
  const hits = shownHits(dialog, state);
  const children = hits.reduce((count, { field }) => (field === "title" ? count + 1 : count), 0);
  const said = hits.length - children;
  // The list of hits ends where more were not asked for.
  const more = dialog.hits?.isComplete === false ? "+" : "";
  return [
    children === 0 ? "" : `, ${String(children)} below them`,
    said === 0 ? "" : `, ${String(said)}${more} ${said === 1 && more === "" ? "place" : "places"} where it was said`,
  ].join("");
}

function footerOf(dialog: SessionsDialog, context: DialogViewContext, width: number): SpanLine[] {
  const { theme, area, state } = context;
  if (dialog.mode.kind !== "browse" || area.rows < 12) return [];
  const undo = dialog.undo === null ? "" : keyHint(state, "sessions.undo", `undo: ${dialog.undo.text}`);
  const rows = [sizeLine(dialog, context, width), truncateLine(line(undo, theme.muted), width)];
  const told = rows.filter((row) => lineWidth(row) > 0);
  return told.length === 0 ? [] : [[], ...told];
}

/** Blank unless the database is large. */
function sizeLine({ databaseBytes }: SessionsDialog, { theme, state }: DialogViewContext, width: number): SpanLine {
  if (databaseBytes < largeDatabaseBytes) return [];
  const size = formatSize(databaseBytes);
  const text = `The database has grown to ${size}: \`${state.setting.calledAs} doctor\` shows what fills it`;
  return truncateLine(line(text, theme.warning), width);
}

export function sessionsView(dialog: SessionsDialog, context: DialogViewContext): DialogView {
  const { theme, area } = context;
  const width = Math.min(area.columns, widthMax);
  const entry = entryLine(dialog, { width, theme });
  const question = deleteLines(dialog, {
    theme,
    width,
    backupsKey: dialogKeyLabel(context.state, "sessions-delete.backups"),
  });
  const footer = footerOf(dialog, context, width);
  const height = Math.max(1, area.rows - 3 - question.length - footer.length);
  const listHeight = Math.min(height, Math.max(6, dialog.items.length + 8));
  const inSight = rowsInSight(dialog, context.state, listHeight);
  const shown = inSight.flatMap((row) => (row.kind === "hit" ? [] : [row.item]));
  const isBeside = dialog.preview !== null && width >= previewFrom;
  const columns = columnsFor(isBeside ? listWidthBeside(width) : width, { items: dialog.items, shown });
  const lines = bodyLines({ dialog, context, width, height: listHeight, columns }, dialog);
  const names =
    isBeside || inSight[0] === undefined || inSight[0].kind === "hit" ? [] : columnHead(columns, { width, theme });
  const head = truncateWide(headLine(dialog, context, names), width);
  return {
    title: titleOf(dialog, context.state),
    width,
    rowsMax: area.rows,
    body: [entry.line, head, ...lines.map(({ spans }) => truncateWide(spans, width)), ...question],
    items: [null, null, ...lines.map(({ item }) => item), ...question.map(() => null)],
    footer,
    ...(dialog.mode.kind === "delete" ? {} : { cursor: { row: 0, column: entry.column } }),
  };
}

/** Under the entry: what is to be known of it, else the names of the columns. */
function headLine(dialog: SessionsDialog, { theme, state }: DialogViewContext, names: SpanLine): SpanLine {
  if (dialog.mode.kind === "tag") return line(sanitizeLine(tagHint(dialog.mode.field.text)), theme.muted);
  const { problem } = filterOf(dialog, state);
  if (problem !== null) return line(sanitizeLine(problem), theme.warning);
  return names;
}

function truncateWide(spans: SpanLine, width: number): SpanLine {
  return lineWidth(spans) > width ? truncateLine(spans, width) : spans;
}
