import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, oneLine, textAt } from "../display-input.ts";

export function displaySessionSearch(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "Search sessions", subject: oneLine(textAt(input, "query")) };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const count = numberAt(result.metadata, "number_of_matches");
  return {
    ...head,
    ...(count === undefined ? {} : { summary: counted(count, "hit") }),
    blocks: count === 0 ? [] : [{ kind: "code", text: result.content }],
  };
}
