import type { RequestMessage } from "../schema/message.ts";

/** Characters (grapheme clusters) that a title may have. */
const titleLengthMax = 50;
/** Characters of the conversation that the title's request may hold. */
const excerptLengthMax = 8_000;
const excerptPartLengthMax = 1_500;
/** A line is looked at no further: finding characters in megabytes takes seconds. Many times the title's length. */
const scannedLengthMax = 2_000;

export const titleSystemPrompt = `You name conversations. Answer with a title for the one below and nothing else:
one line, at most ${String(titleLengthMax)} characters, no quotes, no full stop, in the language of the person's prompts.
Name the task or question itself, not the fact that there is a conversation.`;

/** Turns after which a session is titled anew while the person has not named it: 3, 8, then every tenth. */
export function isRetitleOccasion(turnCount: number): boolean {
  return turnCount === 3 || turnCount === 8 || (turnCount >= 10 && turnCount % 10 === 0);
}

/** The title from a prompt's first line, for at once; null where it has no words. */
export function provisionalTitle(prompt: string): string | null {
  const line = prompt.split("\n").find((candidate) => /[\p{L}\p{N}]/u.test(candidate));
  return line === undefined ? null : shorten(oneLine(firstPart(line, scannedLengthMax)));
}

/** A model's answer as a title; null where it is empty or over-long. Thinking tags, quotes and line breaks go. */
export function cleanTitle(answer: string): string | null {
  const line = withoutThinking(answer)
    .split("\n")
    .find((candidate) => candidate.trim() !== "");
  if (line === undefined) return null;
  const plain = oneLine(firstPart(line, scannedLengthMax))
    .replace(/^#+\s*/u, "")
    .replace(/^title:\s*/iu, "");
  const title = unquoted(plain);
  return title === "" || graphemes(title).length > titleLengthMax ? null : title;
}

const thinkingTag = "(?:think(?:ing)?|thought|reasoning)";
const thought = new RegExp(`<${thinkingTag}>[\\s\\S]*?(?:</${thinkingTag}>|$)`, "giu");
/** Some models' templates open the tag before the answer begins. */
const thoughtEnd = new RegExp(`^[\\s\\S]*</${thinkingTag}>`, "iu");

function withoutThinking(answer: string): string {
  return answer.replaceAll(thought, "").replace(thoughtEnd, "");
}

const quotePairs: readonly (readonly [open: string, close: string])[] = [
  ["**", "**"],
  ["*", "*"],
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["„", "“"],
  ["‘", "’"],
  ["«", "»"],
  ["「", "」"],
  ["『", "』"],
  ["《", "》"],
];

/** Without the full stop and the quotes around it; quotes that stand inside stay. */
function unquoted(text: string): string {
  const bare = text.replace(/[.。．]+$/u, "").trim();
  for (const [open, close] of quotePairs) {
    if (bare.length < open.length + close.length || !bare.startsWith(open) || !bare.endsWith(close)) continue;
    const inside = bare.slice(open.length, -close.length);
    if (!inside.includes(open) && !inside.includes(close)) return unquoted(inside.trim());
  }
  return bare;
}

/** Prompts and answers for the title's request: the beginning and the latest, as much as fits. */
export function titleExcerpt(messages: Iterable<RequestMessage>): string {
  const turns = [...messages].flatMap((message) => {
    const text = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    if (text.trim() === "" || message.role === "tool") return [];
    const speaker = message.isSummary ? "Summary so far" : message.role === "user" ? "Person" : "Assistant";
    return [`${speaker}: ${firstPart(text, excerptPartLengthMax)}`];
  });
  const excerpt = turns.join("\n\n").toWellFormed();
  if (excerpt.length <= excerptLengthMax) return excerpt;
  const half = excerptLengthMax / 2;
  const end = excerpt.slice(-half);
  return `${firstPart(excerpt, half)}\n…\n${isLowSurrogate(end) ? end.slice(1) : end}`;
}

/** The first characters of a text, never half of one. */
function firstPart(text: string, lengthMax: number): string {
  return text.slice(0, isLowSurrogate(text.slice(lengthMax, lengthMax + 1)) ? lengthMax - 1 : lengthMax);
}

function isLowSurrogate(text: string): boolean {
  return /^[\uDC00-\uDFFF]/.test(text);
}

/** What can't be seen goes, but for what joins letters and emoji (and makes up some flags). */
const invisible = /(?<kept>\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}|[\u200C\u200D])|\p{Cf}/gu;

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, " ")
    .replaceAll(invisible, "$<kept>")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

function shorten(text: string): string {
  const clusters = graphemes(text);
  return clusters.length <= titleLengthMax
    ? text
    : `${clusters
        .slice(0, titleLengthMax - 1)
        .join("")
        .trimEnd()}…`;
}

function graphemes(text: string): string[] {
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map((part) => part.segment);
}
