import type { Message } from "../schema/message.ts";

/** Characters (grapheme clusters) that a title may have. */
const titleLengthMax = 50;
/** Characters of the conversation that the title's request may hold. */
const excerptLengthMax = 8_000;

export const titleSystemPrompt = `You name conversations. Answer with a title for the one below and nothing else:
one line, at most ${String(titleLengthMax)} characters, no quotes, no full stop, in the language of the person's prompts.
Name the task or question itself, not the fact that there is a conversation.`;

/** Turns after which a session is titled anew while the person has not named it: 1, 3, 8, then every tenth. */
export function isTitleOccasion(turnCount: number): boolean {
  return turnCount === 1 || turnCount === 3 || turnCount === 8 || (turnCount >= 10 && turnCount % 10 === 0);
}

/** The title from a prompt's first line, for at once; null where it has no words. */
export function provisionalTitle(prompt: string): string | null {
  const line = prompt.split("\n").find((candidate) => /[\p{L}\p{N}]/u.test(candidate));
  return line === undefined ? null : shorten(oneLine(line));
}

/** A model's answer as a title; null where it is empty or over-long. Thinking tags, quotes and line breaks go. */
export function cleanTitle(answer: string): string | null {
  const visible = answer.replaceAll(/<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/giu, "");
  const line = visible.split("\n").find((candidate) => candidate.trim() !== "");
  if (line === undefined) return null;
  const title = oneLine(line.replace(/^#+\s*/u, "").replace(/^title:\s*/iu, ""))
    .replaceAll(/^["'`“”„«»*]+|["'`“”„«»*.]+$/gu, "")
    .trim();
  return title === "" || graphemes(title).length > titleLengthMax ? null : title;
}

/** Prompts and answers for the title's request: the beginning and the latest, as much as fits. */
export function titleExcerpt(messages: readonly Message[]): string {
  const turns = messages.flatMap((message) => {
    const text = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
    if (text.trim() === "" || message.role === "tool" || message.isSummary) return [];
    return [`${message.role === "user" ? "Person" : "Assistant"}: ${text.slice(0, 1_500)}`];
  });
  const excerpt = turns.join("\n\n");
  if (excerpt.length <= excerptLengthMax) return excerpt;
  const half = excerptLengthMax / 2;
  return `${excerpt.slice(0, half)}\n…\n${excerpt.slice(-half)}`;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (character === "\u200D" ? character : " "))
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
