import type { EditorView } from "../../term/editor.ts";
import { JoinedRows } from "../../term/joined-rows.ts";
import type { Region } from "../../term/regions.ts";
import { markSelection } from "../../term/selection.ts";
import type { Frame, SpanLine } from "../../term/span-line.ts";
import { line, overlayLines, padLine, span, truncateText } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Size } from "../../term/terminal-event.ts";
import type { Theme } from "../../term/theme.ts";
import { isTooSmall, smallestSize } from "../../term/smallest-size.ts";
import type { DialogTable, RenderDisplay } from "../dialogs/dialog-module.ts";
import { listRows } from "../dialogs/list-rows.ts";
import { gutterWidth } from "../transcript/transcript.ts";
import type { ScreenTarget } from "../screen-target.ts";
import type { SearchStatus } from "../transcript-finder.ts";
import { topDialog, type UiState } from "../state.ts";
import { dialogBox } from "./dialog-frame.ts";
import { noticeRoom, placeNotices } from "./dialog-notices.ts";
import { emptySession } from "./empty-session.ts";
import { editorBlock, promptWidth } from "./editor-block.ts";
import { noticeRows } from "./notices.ts";
import { searchLine } from "./search-line.ts";
import { sidebar, type SidebarRow, sidebarWidth } from "./sidebar.ts";
import { helpLine, hintLine } from "./help-line.ts";
import { statusLine } from "./status-line.ts";

/** What the state does not hold: how things look, and the parts that the program keeps between frames. */
export interface Widgets {
  readonly theme: Theme;
  readonly renderDisplay: RenderDisplay;
  /** Null: still being loaded. */
  readonly dialogs: DialogTable | null;
  /** Exactly the rows of the size, or fewer. */
  transcript(size: Size): readonly SpanLine[];
  /** How far the search in the transcript is, which may change with each drawing of it. */
  searchStatus(): SearchStatus | null;
  editor(size: { readonly width: number; readonly height: number }): EditorView;
}

export interface Screen {
  readonly frame: Frame;
  readonly regions: readonly Region<ScreenTarget>[];
  readonly dialogScrollMax: number;
  /** Of the top dialog's list; null: it has none. */
  readonly listFirst: number | null;
}

const noDialog = { dialogScrollMax: 0, listFirst: null } as const;

const sidebarColumnsMin = 100;
const completionRowsMax = 8;

function tooSmall({ columns, rows }: Size, theme: Theme): Screen {
  const text = [`Too small: ${columns}×${rows}`, `needs ${smallestSize.columns}×${smallestSize.rows}`];
  const fitting = columns >= 34 ? [text.join(", ")] : text;
  const lines = fitting.slice(0, rows).map((row) => line(truncateText(row, columns), theme.warning));
  return { frame: { lines, cursor: null }, regions: [], ...noDialog };
}

/** The list of paths, right above the editor. */
function completionRows(state: UiState, look: { theme: Theme; width: number; room: number }) {
  const { completion } = state;
  if (completion === null) return null;
  const width = Math.min(look.width, 64);
  const { rows, items } = listRows({
    count: completion.items.length,
    selected: completion.selected,
    width,
    height: Math.max(1, Math.min(completionRowsMax, look.room)),
    theme: look.theme,
    empty: "",
    row: (index) => ({ left: [span(sanitizeLine(completion.items[index] ?? ""), look.theme.text)] }),
  });
  return { rows: rows.map((row) => padLine(row, width)), items, width };
}

interface Layers {
  lines: SpanLine[];
  readonly regions: Region<ScreenTarget>[];
}

/** Puts notices or the list of paths over the last rows of the transcript. */
function overlayTransients(
  layers: Layers,
  state: UiState,
  place: { theme: Theme; width: number; bottom: number },
): void {
  const { theme, width, bottom } = place;
  const completion = completionRows(state, { theme, width, room: bottom });
  if (completion !== null) {
    const row = bottom - completion.rows.length;
    layers.lines = overlayLines(layers.lines, completion.rows, { row, column: 0 });
    completion.items.forEach((item, index) => {
      if (item === null) return;
      layers.regions.push({
        row: row + index,
        column: 0,
        width: completion.width,
        height: 1,
        target: { kind: "completion", item },
      });
    });
    return;
  }
  // A dialog would hide them: they are drawn with it.
  if (state.dialogs.length > 0) return;
  const notices = noticeRows(state.notices, { theme, width, rowsMax: bottom - 1 });
  if (notices.length === 0) return;
  const row = bottom - notices.length;
  layers.lines = overlayLines(layers.lines, notices, { row, column: 0 });
  layers.regions.push({ row, column: 0, width, height: notices.length, target: { kind: "notices" } });
}

function sidebarRegions(side: readonly SidebarRow[], column: number): Region<ScreenTarget>[] {
  return side.flatMap(({ sessionId }, row): Region<ScreenTarget>[] => {
    if (sessionId === null) return [];
    return [{ row, column, width: sidebarWidth, height: 1, target: { kind: "session", sessionId } }];
  });
}

const besideSidebar = new JoinedRows();

/** The whole screen for a state. */
export function drawScreen(state: UiState, widgets: Widgets): Screen {
  const { size } = state;
  const { theme } = widgets;
  if (isTooSmall(size)) return tooSmall(size, theme);
  const hasSidebar = !state.isCompact && size.columns >= sidebarColumnsMin;
  const width = hasSidebar ? size.columns - sidebarWidth - 1 : size.columns;
  const editor = widgets.editor({ width: width - promptWidth - 1, height: Math.max(1, Math.floor(size.rows / 3)) });
  const block = editorBlock(state, editor, { theme, width });
  const height = Math.max(1, size.rows - 2 - block.rows.length);
  const shown = widgets.transcript({ columns: width, rows: height });
  const transcript = shown.length > 0 ? shown : emptySession(state, { theme, width, height });
  const bodyHeight = size.rows - 2;
  const main = Array.from({ length: bodyHeight }, (_, row) =>
    row < height ? (transcript[row] ?? []) : (block.rows[row - height] ?? []),
  );
  const side = hasSidebar ? sidebar(state, { theme, height: bodyHeight }) : [];
  const body = hasSidebar ? main.map((row, index) => besideSidebar.join(row, side[index]?.line ?? [], width)) : main;
  const place = { row: 0, column: 0, width, height };
  // Text is selected without the bars on the left and the scrollbar on the right.
  const area = { ...place, column: gutterWidth, width: width - gutterWidth - 1 };
  const search =
    state.search === null
      ? null
      : searchLine(state, state.search, { theme, width: size.columns, status: widgets.searchStatus() });
  const layers: Layers = {
    lines: [
      ...body,
      statusLine(state, { theme, width: size.columns, hasSidebar }),
      search?.line ?? helpLine(state, { theme, width: size.columns }),
    ],
    regions: [
      { ...place, target: { kind: "transcript", area } },
      {
        row: height + block.editorRow,
        column: promptWidth,
        width: width - promptWidth,
        height: editor.lines.length,
        target: { kind: "editor" },
      },
      ...sidebarRegions(side, width + 1),
    ],
  };
  overlayTransients(layers, state, { theme, width, bottom: height });
  const editorCursor = {
    row: height + block.editorRow + editor.cursor.row,
    column: promptWidth + editor.cursor.column,
  };
  const searchCursor =
    search?.column === undefined || search.column === null ? null : { row: size.rows - 1, column: search.column };
  return withDialog(layers, state, { widgets, cursor: state.focus === "editor" ? editorCursor : searchCursor });
}

function withDialog(
  layers: Layers,
  state: UiState,
  rest: { readonly widgets: Widgets; readonly cursor: Frame["cursor"] },
): Screen {
  const { theme, renderDisplay, dialogs } = rest.widgets;
  const dialog = topDialog(state);
  if (dialog === undefined) {
    const frame = { lines: layers.lines, cursor: rest.cursor };
    const marked = state.selection === null ? frame : markSelection(frame, state.selection, theme);
    return { frame: marked, regions: layers.regions, ...noDialog };
  }
  const { size } = state;
  if (dialogs === null) return { frame: { lines: layers.lines, cursor: null }, regions: [], ...noDialog };
  const rowsBelow = noticeRoom(dialog, state.notices, { theme, size });
  const box = dialogBox(state, { dialog, module: dialogs(dialog) }, { theme, size, rowsBelow, renderDisplay });
  // The keys of what is under the dialog do nothing now.
  const keys = hintLine(box.moreHints, { theme, width: size.columns, whereCut: box.helpHint });
  const under = [...layers.lines.slice(0, -1), keys];
  const boxed = overlayLines(
    under.map((row) => padLine(row, size.columns)),
    box.lines,
    box,
  );
  const told = placeNotices(state.notices, box, { theme, size });
  const lines = overlayLines(boxed, told.rows, told);
  const outside: Region<ScreenTarget> = {
    row: 0,
    column: 0,
    width: size.columns,
    height: size.rows,
    target: { kind: "outside" },
  };
  const noticed: Region<ScreenTarget> = {
    row: told.row,
    column: told.column,
    width: told.width,
    height: told.rows.length,
    target: { kind: "notices" },
  };
  return {
    frame: { lines, cursor: box.cursor },
    regions: [outside, ...box.regions, noticed],
    dialogScrollMax: box.scrollMax,
    listFirst: box.listFirst,
  };
}
