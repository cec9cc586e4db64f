import type { ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, oneLine, textAt } from "../display-input.ts";

export function displayJobKill(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const id = textAt(input, "shell_id");
  const command = oneLine(textAt(result?.metadata ?? {}, "command"));
  const head = { title: "Job kill", subject: command === "" ? id : `${id}: ${command}` };
  if (result === undefined) return { ...head, blocks: [] };
  return result.isError ? failedDisplay(call, head) : { ...head, summary: "ended", blocks: [] };
}
