import type { DisplayBlock, ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, objectsAt, textAt } from "../display-input.ts";
import { changeSummary } from "../edit/edit-display.ts";

function failedBlocks(metadata: DisplayedCall["input"]): DisplayBlock[] {
  return objectsAt(metadata, "edits_failed").map((failed) => ({
    kind: "text",
    text: `Edit ${numberAt(failed, "index") ?? "?"} failed: ${textAt(failed, "error")}`,
    tone: "error",
  }));
}

export function displayMultiedit(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const path = textAt(input, "file_path");
  const head = { title: "Multi-Edit", subject: path };
  if (result === undefined) {
    const blocks = objectsAt(input, "edits").map((edit): DisplayBlock => {
      return { kind: "diff", path, before: textAt(edit, "old_string"), after: textAt(edit, "new_string") };
    });
    return { ...head, ...(blocks.length === 0 ? {} : { summary: counted(blocks.length, "edit") }), blocks };
  }
  if (result.isError) return failedDisplay(call, head);
  const { metadata } = result;
  const summary = changeSummary(metadata);
  const before = textAt(metadata, "old_content");
  const after = textAt(metadata, "new_content");
  return {
    ...head,
    ...(summary === undefined ? {} : { summary }),
    blocks: [{ kind: "diff", path, before, after }, ...failedBlocks(metadata)],
  };
}
