import { cleanTag } from "../../schema/tag.ts";

export interface TagWords {
  readonly added: readonly string[];
  /** What is written as `-word`. */
  readonly removed: readonly string[];
}

/** `parser, needs-review -draft`: tags to set, and one to take away. */
export function tagWords(text: string): TagWords {
  const words = text.split(/[\s,]+/u).filter((word) => word !== "" && word !== "-");
  return {
    added: words.filter((word) => !word.startsWith("-")),
    removed: words.filter((word) => word.startsWith("-")).map((word) => word.slice(1)),
  };
}

/** The first word that can't be a tag; null: all can. */
export function wrongTag(text: string): string | null {
  const { added, removed } = tagWords(text);
  return [...added, ...removed].find((word) => cleanTag(word) === null) ?? null;
}

/** How tags are typed, and what becomes of those that are. */
export function tagHint(text: string): string {
  const { added, removed } = tagWords(text);
  const rule = "One word each, separated by blanks or commas";
  const words = [...added, ...removed];
  if (words.length === 0) return rule;
  const wrong = wrongTag(text);
  if (wrong !== null) return `${rule}: ${wrong} can't be one`;
  const tags = (given: readonly string[]): string => given.map((word) => `#${cleanTag(word) ?? ""}`).join(" ");
  const taken = removed.length === 0 ? [] : [`without ${tags(removed)}`];
  return `${rule}: ${[...(added.length === 0 ? [] : [tags(added)]), ...taken].join(", ")}`;
}
