import type { SpanLine } from "../../term/span-line.ts";
import { span } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { clustersOf, sliceText, textWidth } from "../../term/width.ts";
import type { TextField } from "../text-field.ts";

export interface FieldLine {
  readonly line: SpanLine;
  /** Of the cursor, within the line. */
  readonly column: number;
}

/** A text field as one row: `label` and the part of the text around the cursor. */
export function fieldLine(
  field: TextField,
  options: {
    readonly label: string;
    readonly placeholder: string;
    readonly width: number;
    readonly theme: Theme;
    readonly isSecret?: boolean;
  },
): FieldLine {
  const { label, theme } = options;
  const room = Math.max(4, options.width - textWidth(label) - 1);
  const shown = (text: string): string =>
    options.isSecret === true ? "•".repeat(clustersOf(text).length) : sanitizeLine(text);
  const head = shown(field.text.slice(0, field.cursor));
  const tail = shown(field.text.slice(field.cursor));
  const headWidth = textWidth(head);
  const start = Math.max(0, headWidth - room + 1);
  const text = sliceText(head + tail, start, start + room);
  const content = field.text === "" ? span(options.placeholder, theme.placeholder) : span(text, theme.text);
  return { line: [span(label, theme.accent), content], column: textWidth(label) + headWidth - start };
}
