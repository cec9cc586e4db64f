import type { SpanLine } from "../../term/span-line.ts";
import type { Size } from "../../term/terminal-event.ts";
import type { Theme } from "../../term/theme.ts";
import type { Dialog } from "../dialogs/dialog.ts";
import type { Notice } from "../state.ts";
import { type DialogBox, frameColumns } from "./dialog-frame.ts";
import { noticeRows } from "./notices.ts";

interface Look {
  readonly theme: Theme;
  /** Of the screen. */
  readonly size: Size;
}

interface PlacedNotices {
  readonly rows: readonly SpanLine[];
  readonly row: number;
  readonly column: number;
  readonly width: number;
}

function rowsMax({ rows }: Size): number {
  return Math.floor(rows / 5);
}

/** Rows that a dialog leaves free for notices. */
export function noticeRoom(dialog: Dialog, notices: readonly Notice[], { theme, size }: Look): number {
  // What can be answered stays where it is: a click may be on its way.
  if (dialog.kind === "permission") return 0;
  return noticeRows(notices, { theme, width: size.columns, rowsMax: rowsMax(size) }).length;
}

/**
 * Above the line of keys as far as the dialog leaves room there, else in place of it. Over a dialog that fills the screen and
 * has its keys in the last row: in the blank row above its answers.
 */
export function placeNotices(notices: readonly Notice[], box: DialogBox, { theme, size }: Look): PlacedNotices {
  const last = size.rows - 1;
  const free = last - box.row - box.lines.length;
  if (free < 0) {
    const width = size.columns - frameColumns;
    return {
      rows: noticeRows(notices, { theme, width, rowsMax: 1 }),
      row: box.footerRow,
      column: frameColumns / 2,
      width,
    };
  }
  const width = size.columns;
  if (free === 0) return { rows: noticeRows(notices, { theme, width, rowsMax: 1 }), row: last, column: 0, width };
  const rows = noticeRows(notices, { theme, width, rowsMax: Math.min(free, rowsMax(size)) });
  return { rows, row: last - rows.length, column: 0, width };
}
