import type { SpanLine } from "../../term/span-line.ts";
import { padLine, span, wrapSpans } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import type { Notice } from "../state.ts";

const marks = { info: "i", success: "✓", warning: "!", error: "✗" } as const;
const noticeRowsMax = 4;

/** Notices as rows over the end of the transcript. */
export function noticeRows(
  notices: readonly Notice[],
  look: { readonly theme: Theme; readonly width: number },
): SpanLine[] {
  const { theme, width } = look;
  return notices.flatMap((notice) => {
    const style = theme[notice.tone];
    const hint = notice.hint === "" ? "" : ` – ${sanitizeLine(notice.hint)}`;
    const rows = wrapSpans([span(sanitizeLine(notice.text), style), span(hint, theme.muted)], width - 1, {
      firstPrefix: [span(` ${marks[notice.tone]} `, style)],
      restPrefix: [span("   ")],
    });
    return rows.slice(0, noticeRowsMax).map((row) => padLine(row, width));
  });
}
