import type { ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, oneLine, textAt } from "../display-input.ts";

export function displayJobOutput(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const id = textAt(input, "shell_id");
  const command = oneLine(textAt(result?.metadata ?? {}, "command"));
  const head = { title: "Job output", subject: command === "" ? id : `${id}: ${command}` };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const text = result.content.replace(/^Status: \w+\n*/, "").trimEnd();
  return {
    ...head,
    summary: result.metadata["done"] === true ? "done" : "running",
    blocks: text === "" || text === "no output" ? [] : [{ kind: "code", text }],
  };
}
