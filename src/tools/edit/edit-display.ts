import type { ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, numberAt, textAt } from "../display-input.ts";

/** `+3 −1`; undefined where neither is known. */
export function changeSummary(metadata: DisplayedCall["input"]): string | undefined {
  const additions = numberAt(metadata, "additions");
  const removals = numberAt(metadata, "removals");
  return additions === undefined && removals === undefined ? undefined : `+${additions ?? 0} −${removals ?? 0}`;
}

/** Of a finished call the whole file before and after; of one that runs just the texts that it was given. */
export function displayEdit(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const path = textAt(input, "file_path");
  const head = { title: "Edit", subject: path };
  if (result === undefined) {
    const [before, after] = [textAt(input, "old_string"), textAt(input, "new_string")];
    return { ...head, blocks: before === "" && after === "" ? [] : [{ kind: "diff", path, before, after }] };
  }
  if (result.isError) return failedDisplay(call, head);
  const summary = changeSummary(result.metadata);
  const before = textAt(result.metadata, "old_content");
  const after = textAt(result.metadata, "new_content");
  return {
    ...head,
    ...(summary === undefined ? {} : { summary }),
    blocks: [{ kind: "diff", path, before, after }],
  };
}
