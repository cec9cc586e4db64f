import type { ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, textAt } from "../display-input.ts";

function sizeOf(characters: number): string {
  return characters < 1024 ? `${characters} B` : `${Math.round(characters / 1024)} KB`;
}

export function displayFetch(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "Fetch", subject: textAt(input, "url") };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const language = textAt(input, "format") === "html" ? "html" : "markdown";
  return {
    ...head,
    summary: sizeOf(result.content.length),
    blocks: [{ kind: "code", text: result.content, language }],
  };
}
