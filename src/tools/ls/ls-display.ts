import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, textAt } from "../display-input.ts";

export function displayLs(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "List", subject: textAt(input, "path") || "." };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const count = numberAt(result.metadata, "number_of_files");
  const more = result.metadata["truncated"] === true ? "+" : "";
  return {
    ...head,
    ...(count === undefined ? {} : { summary: counted(count, "entry", "entries").replace(" ", `${more} `) }),
    blocks: [{ kind: "code", text: result.content.trim() }],
  };
}
