import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, textAt } from "../display-input.ts";

function subjectOf(input: DisplayedCall["input"]): string {
  const where = textAt(input, "path");
  const include = textAt(input, "include");
  return `${textAt(input, "pattern")}${where === "" ? "" : ` in ${where}`}${include === "" ? "" : ` (${include})`}`;
}

export function displayGrep(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "Grep", subject: subjectOf(input) };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const count = numberAt(result.metadata, "number_of_matches");
  const more = result.metadata["truncated"] === true ? "+" : "";
  const summary = count === undefined ? {} : { summary: counted(count, "match", "matches").replace(" ", `${more} `) };
  if (count === 0) return { ...head, ...summary, blocks: [] };
  return { ...head, ...summary, blocks: [{ kind: "code", text: result.content.trimEnd() }] };
}
