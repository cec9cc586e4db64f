import type { SearchHit } from "../../app/search.ts";
import type { Message, Part } from "../../schema/message.ts";
import { sanitizeLines } from "../../term/sanitize.ts";
import type { PreviewLine } from "../dialogs/sessions-dialog.ts";

const roleNames = { user: "you", assistant: "answer", tool: "output" } as const;

/** Characters of a message that are shown, and how many of them stand before the match. */
const lengthMax = 4_000;
const leadLength = 1_200;
/** In so many characters a line or a word begins, or it does not matter. */
const cutLength = 200;

function partText(part: Part): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "reasoning":
      return part.thinking;
    case "tool_call":
      return `${part.name} ${part.input}`;
    case "tool_result":
      return part.content;
    case "shell_command":
      return `! ${part.command} ${part.output}`;
    default:
      return "";
  }
}

/** What of the snippet matched, first to last. */
function matchedTexts({ snippet, ranges }: SearchHit): string[] {
  return ranges.map(({ start, end }) => snippet.slice(start, end));
}

/** Where the hit's first match stands in the text of its message. */
function placeOf(hit: SearchHit, text: string): number {
  const [first] = hit.ranges;
  // A snippet is a line of the text, its line breaks as blanks, between marks for what was cut.
  const start = hit.snippet.startsWith("…") ? 1 : 0;
  const end = hit.snippet.length - (hit.snippet.endsWith("…") ? 1 : 0);
  const at = text.replaceAll(/\s/gu, " ").indexOf(hit.snippet.slice(start, end));
  if (at >= 0 && first !== undefined) return at + first.start - start;
  // What a call was given is searched in another form than it is stored in.
  const word = matchedTexts(hit)[0] ?? "";
  return Math.max(0, text.toLowerCase().indexOf(word.toLowerCase()));
}

/** Where a line begins soon behind `from`, else a word. */
function cutPlace(text: string, from: number): number {
  if (from <= 0) return 0;
  const start = text.slice(from, from + cutLength);
  const lineBreak = start.indexOf("\n");
  const blank = lineBreak < 0 ? start.search(/\s/u) : lineBreak;
  return blank < 0 ? from : from + blank + 1;
}

/** A message as the preview shows it: of the one that was found what stands around the match, of others the beginning. */
export function previewLine(
  message: Message,
  { hit, words }: { hit: SearchHit; words: readonly string[] },
): PreviewLine {
  const text = message.parts
    .map(partText)
    .filter((each) => each !== "")
    .join("\n");
  const role = roleNames[message.role];
  if (message.id !== hit.messageId) {
    return { role, text: sanitizeLines(text.slice(0, lengthMax)), isCut: false, match: null };
  }
  const place = placeOf(hit, text);
  const start = cutPlace(text, place - leadLength);
  const before = sanitizeLines(text.slice(start, place));
  const after = sanitizeLines(text.slice(place, start + lengthMax));
  const marked = new Set([...words, ...matchedTexts(hit)].map((word) => word.toLowerCase()));
  return { role, text: before + after, isCut: start > 0, match: { place: before.length, words: [...marked] } };
}
