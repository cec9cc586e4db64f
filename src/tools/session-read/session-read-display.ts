import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, textAt } from "../display-input.ts";

export function displaySessionRead(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "Read session", subject: textAt(result?.metadata ?? {}, "title") || textAt(input, "session") };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const count = numberAt(result.metadata, "number_of_messages");
  return {
    ...head,
    ...(count === undefined ? {} : { summary: counted(count, "message") }),
    blocks: [{ kind: "text", text: result.content }],
  };
}
