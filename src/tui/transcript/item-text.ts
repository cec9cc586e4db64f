import { unreachable } from "../../lib/assert.ts";
import type { TranscriptItem } from "./transcript-item.ts";

/** What an item says as plain text, for the clipboard: as it was written, not as it is shown. */
export function itemText(item: TranscriptItem): string {
  switch (item.kind) {
    case "prompt":
    case "answer":
      return item.text;
    case "thinking":
      return item.part.thinking;
    case "shell":
      return `$ ${item.part.command}\n${item.part.output}`;
    case "tool":
      return item.result?.content ?? item.output;
    case "note":
      return [item.text, item.details].filter((part) => part !== "").join("\n");
    default:
      return unreachable(item);
  }
}
