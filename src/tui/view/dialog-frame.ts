import { boxContentWidth, drawBox } from "../../term/box.ts";
import type { Region } from "../../term/regions.ts";
import type { Span, SpanLine } from "../../term/span-line.ts";
import { line, span, truncateLine } from "../../term/spans.ts";
import { textWidth } from "../../term/width.ts";
import type { Size } from "../../term/terminal-event.ts";
import type { Theme } from "../../term/theme.ts";
import { dialogKeyLabel, keysOfSource } from "../commands/shown-keys.ts";
import type { DialogModule, DialogView, DialogViewContext, RenderDisplay } from "../dialogs/dialog-module.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import { keyLabel } from "../key-names.ts";
import type { ScreenTarget } from "../screen-target.ts";
import type { UiState } from "../state.ts";

type KeyHint = readonly [key: string, label: string];

export interface DialogBox {
  readonly lines: readonly SpanLine[];
  /** On the screen. */
  readonly row: number;
  readonly column: number;
  /** The first one under its body, on the screen. */
  readonly footerRow: number;
  readonly cursor: { readonly row: number; readonly column: number } | null;
  readonly regions: readonly Region<ScreenTarget>[];
  readonly scrollMax: number;
  /** The first item that is shown; null: it shows none. */
  readonly listFirst: number | null;
  /** Keys that the border has no room for. */
  readonly moreHints: readonly KeyHint[];
  /** The key that lists all of them; null: there is none here. */
  readonly helpHint: KeyHint | null;
}

/** A dialog with what it does. */
interface OpenDialog {
  readonly dialog: Dialog;
  readonly module: DialogModule<Dialog>;
}

/** Border and padding on both sides. */
export const frameColumns = 4;
const frameRows = 2;

function hintsOf({ dialog, module }: OpenDialog, state: UiState): KeyHint[] {
  return module.keys(dialog, state).flatMap(({ source, label }): KeyHint[] => {
    const key = dialogKeyLabel(state, source);
    return label === "" || key === "" ? [] : [[key, label]];
  });
}

/** The first key of the help that the dialog has not for itself. */
function helpHint({ dialog, module }: OpenDialog, state: UiState): KeyHint | null {
  if (dialog.kind === "help") return null;
  const own = new Set(module.keys(dialog, state).flatMap(({ source }) => keysOfSource(state, source)));
  const key = state.keys.bound
    .filter(({ commandId, context }) => commandId === "help" && context === "global")
    .flatMap(({ keys }) => keys)
    .find((each) => !own.has(each));
  return key === undefined ? null : [keyLabel(key), "all keys"];
}

/** Of the hints those that fit, and the others. */
function borderHints(hints: readonly KeyHint[], look: { theme: Theme; width: number }) {
  const { theme, width } = look;
  const spans: Span[] = [];
  let used = 0;
  let count = 0;
  for (const [key, label] of hints) {
    const length = textWidth(key) + textWidth(label) + (used === 0 ? 1 : 4);
    if (used + length > width) break;
    count += 1;
    spans.push(
      span(used === 0 ? "" : " · ", theme.helpText),
      span(key, theme.helpKey),
      span(` ${label}`, theme.helpText),
    );
    used += length;
  }
  return { spans, rest: hints.slice(count) };
}

interface Body {
  readonly rows: readonly SpanLine[];
  readonly first: number;
  readonly scrollMax: number;
}

function bodyRows(view: DialogView, room: number): Body {
  const scrollMax = view.scroll === undefined ? 0 : Math.max(0, view.body.length - room);
  const first = Math.min(view.scroll ?? 0, scrollMax);
  return { rows: view.body.slice(first, first + room), first, scrollMax };
}

function cursorOf(view: DialogView, body: Body, room: number): DialogBox["cursor"] {
  if (view.footerCursor !== undefined) {
    return { row: body.rows.length + view.footerCursor.row, column: view.footerCursor.column };
  }
  if (view.cursor === undefined) return null;
  const row = view.cursor.row - body.first;
  return row < 0 || row >= room ? null : { row, column: view.cursor.column };
}

function regionsOf(
  view: DialogView,
  body: Body,
  box: { row: number; column: number; width: number; height: number },
): Region<ScreenTarget>[] {
  const whole: Region<ScreenTarget> = { ...box, target: { kind: "dialog", item: null } };
  const items = body.rows.flatMap((_, index): Region<ScreenTarget>[] => {
    const item = view.items?.[index + body.first] ?? null;
    if (item === null) return [];
    return [
      { row: box.row + 1 + index, column: box.column, width: box.width, height: 1, target: { kind: "dialog", item } },
    ];
  });
  return [whole, ...items];
}

interface Room {
  /** Of the screen. */
  readonly rows: number;
  readonly margin: number;
  readonly rowsBelow: number;
}

/** In the middle, as far as what stands below leaves it there. */
function firstRow(view: DialogView, height: number, { rows, margin, rowsBelow }: Room): number {
  const most =
    view.rowsMax === undefined ? height : Math.max(height, Math.min(view.rowsMax + frameRows, rows - margin));
  return Math.max(0, Math.min(Math.floor((rows - most) / 2), rows - margin / 2 - rowsBelow - height));
}

/** Draws the top dialog in the middle of the screen, with its keys in the lower border. */
export function dialogBox(
  state: UiState,
  open: OpenDialog,
  look: {
    readonly theme: Theme;
    readonly size: Size;
    /** Left free above the line of keys. */
    readonly rowsBelow: number;
    readonly renderDisplay: RenderDisplay;
  },
): DialogBox {
  const { theme, size, rowsBelow } = look;
  const { dialog, module } = open;
  const isWhole = dialog.kind === "permission" && dialog.isFullScreen;
  const margin = isWhole ? 0 : 2;
  const area: Size = {
    columns: Math.max(1, size.columns - margin - frameColumns),
    rows: Math.max(1, size.rows - margin - frameRows - rowsBelow),
  };
  const context: DialogViewContext = { state, theme, area, renderDisplay: look.renderDisplay };
  const view = module.view(dialog, context);
  const footer = view.footer ?? [];
  const room = Math.max(1, area.rows - footer.length);
  const body = bodyRows(view, room);
  const content = [...body.rows, ...footer].slice(0, area.rows);
  const width = (isWhole ? area.columns : Math.min(area.columns, Math.max(view.width, 24))) + frameColumns;
  const height = (isWhole ? area.rows : content.length) + frameRows;
  const padded = isWhole
    ? [...body.rows, ...Array.from({ length: Math.max(0, room - body.rows.length) }, () => []), ...footer]
    : content;
  const row = firstRow(view, height, { rows: size.rows, margin, rowsBelow });
  const column = Math.max(0, Math.floor((size.columns - width) / 2));
  const place = body.scrollMax > 0 ? `${body.first + 1}–${body.first + body.rows.length} of ${view.body.length}` : "";
  const hints = borderHints(hintsOf(open, state), { theme, width: boxContentWidth(width) - 2 });
  const lines = drawBox(padded, {
    width,
    height,
    theme,
    title: truncateLine(line(view.title, theme.frameTitle), width - 6),
    note: line(place, theme.muted),
    footer: hints.spans,
    isFocused: true,
  });
  const cursor = cursorOf(view, { ...body, rows: padded.slice(0, padded.length - footer.length) }, room);
  return {
    lines,
    row,
    column,
    footerRow: row + 1 + padded.length - footer.length,
    cursor: cursor === null ? null : { row: row + 1 + cursor.row, column: column + 2 + cursor.column },
    regions: regionsOf(view, body, { row, column, width, height }),
    scrollMax: body.scrollMax,
    listFirst: view.items?.find((item) => item !== null) ?? null,
    moreHints: [...hints.rest, ["ctrl+c", "quit"]],
    helpHint: helpHint(open, state),
  };
}
