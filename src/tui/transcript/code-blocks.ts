import type { TranscriptItem } from "./transcript-item.ts";
import { itemText } from "./item-text.ts";

const fence = /^([ \t]*)(`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n?^[ \t]*\2[ \t]*$/gmu;

function withoutIndent(text: string, indent: string): string {
  if (indent === "") return text;
  const lines = text.split("\n");
  return lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join("\n");
}

/** What of an item one would paste elsewhere: the code blocks of a text, what a call put out, a command. */
export function copyBlocks(item: TranscriptItem): readonly string[] {
  if (item.kind === "tool") return [itemText(item)].filter((text) => text !== "");
  if (item.kind === "shell") return [item.part.command, item.part.output].filter((text) => text !== "");
  return [...itemText(item).matchAll(fence)].map(([, indent = "", , text = ""]) => withoutIndent(text, indent));
}
