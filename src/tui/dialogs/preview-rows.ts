import type { SpanLine, Style } from "../../term/span-line.ts";
import { line, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { markMatches } from "../transcript/find-text.ts";
import type { PreviewLine } from "./sessions-dialog.ts";

interface PreviewLook {
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
}

/** Rows of a message that is not the one that was found. */
const otherRowsMax = 4;
/** In less room nothing is shown of what was said before. */
const contextHeightMin = 6;

function wrapped(text: string, width: number, style: Style): SpanLine[] {
  return text.split("\n").flatMap((row) => wrapSpans(line(row, style), width));
}

/** The row in which the word at a place of the text ends. */
function rowOfPlace(text: string, place: number, look: PreviewLook): number {
  const rest = text.slice(place).search(/\s/u);
  const until = rest < 0 ? text : text.slice(0, place + Math.max(1, rest));
  return wrapped(until, look.width, look.theme.text).length - 1;
}

function marked(row: SpanLine, words: readonly string[], { theme }: PreviewLook): SpanLine {
  return words.reduce((done, word) => markMatches(done, word, theme.matched), row);
}

function blockOf({ role, text, isCut, match }: PreviewLine, look: PreviewLook): SpanLine[] {
  const { theme, width, height } = look;
  if (match === null) {
    return [line(role, theme.accent), ...wrapped(text, width, theme.muted).slice(0, otherRowsMax), []];
  }
  const start = Math.max(0, rowOfPlace(text, match.place, look) - Math.floor(height / 3));
  const rows = wrapped(text, width, theme.text).slice(start, start + height);
  const head = isCut || start > 0 ? `${role} …` : role;
  return [line(head, theme.accent), ...rows.map((row) => marked(row, match.words, look)), []];
}

/** The messages around what was found, and of the one that was found what stands around the match, which is in sight. */
export function previewRows(lines: readonly PreviewLine[], look: PreviewLook): SpanLine[] {
  const blocks = lines.map((each) => blockOf(each, look));
  const found = lines.findIndex(({ match }) => match !== null);
  const before = blocks.slice(0, Math.max(0, found)).flat().length;
  const rows = blocks.flat();
  const context = look.height < contextHeightMin ? 0 : 2;
  const start = Math.max(0, Math.min(before - context, rows.length - look.height));
  return rows.slice(start, start + look.height);
}
