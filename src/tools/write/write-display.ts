import type { ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, textAt } from "../display-input.ts";
import { changeSummary } from "../edit/edit-display.ts";

export function displayWrite(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const path = textAt(input, "file_path");
  const head = { title: "Write", subject: path };
  const text = textAt(input, "content");
  if (result === undefined) return { ...head, blocks: text === "" ? [] : [{ kind: "code", text, path }] };
  if (result.isError) return failedDisplay(call, head);
  const summary = changeSummary(result.metadata);
  return { ...head, ...(summary === undefined ? {} : { summary }), blocks: [{ kind: "code", text, path }] };
}
