import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt } from "../display-input.ts";

export function displaySessionList(call: DisplayedCall): ToolDisplay {
  const { result } = call;
  const head = { title: "Sessions", subject: "newest first" };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const count = numberAt(result.metadata, "number_of_sessions");
  return {
    ...head,
    ...(count === undefined ? {} : { summary: counted(count, "session") }),
    blocks: count === 0 ? [] : [{ kind: "code", text: result.content }],
  };
}
