import type { SpanLine } from "../../term/span-line.ts";
import { padLine, span, truncateLine, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import type { Notice } from "../state.ts";

const marks = { info: "i", success: "✓", warning: "!", error: "✗" } as const;
const noticeRowsMax = 4;

export interface NoticeLook {
  readonly theme: Theme;
  readonly width: number;
  /** For all of them. */
  readonly rowsMax: number;
}

/** Its sign and its first rows; a cut end is told. */
function rowsOf(notice: Notice, { theme, width, rowsMax }: NoticeLook): SpanLine[] {
  const style = theme[notice.tone];
  const hint = notice.hint === "" ? "" : ` – ${sanitizeLine(notice.hint)}`;
  const rows = wrapSpans([span(sanitizeLine(notice.text), style), span(hint, theme.muted)], width - 1, {
    firstPrefix: [span(` ${marks[notice.tone]} `, style)],
    restPrefix: [span("   ")],
  });
  const shown = rows.slice(0, Math.min(rowsMax, noticeRowsMax));
  const last = shown.at(-1);
  if (last !== undefined && shown.length < rows.length) {
    shown[shown.length - 1] = [...truncateLine(last, width - 2, ""), span("…", last.at(-1)?.style)];
  }
  return shown.map((row) => padLine(row, width));
}

/** Notices as rows, the newest last. Where there is no room for all, the newest are shown. */
export function noticeRows(notices: readonly Notice[], look: NoticeLook): SpanLine[] {
  const newestFirst: SpanLine[][] = [];
  let room = look.rowsMax;
  for (const notice of notices.toReversed()) {
    const rows = rowsOf(notice, { ...look, rowsMax: Math.max(0, room) });
    room -= rows.length;
    newestFirst.push(rows);
  }
  return newestFirst.toReversed().flat();
}
