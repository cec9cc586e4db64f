import type { ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, oneLine, textAt } from "../display-input.ts";

export function displaySessionCreate(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "New session", subject: oneLine(textAt(input, "title")) };
  if (result?.isError === true) return failedDisplay(call, head);
  const shortId = textAt(result?.metadata ?? {}, "short_id");
  const isStarted = input["start"] !== false;
  return {
    ...head,
    ...(shortId === "" ? {} : { summary: `${shortId.slice(0, 7)}, ${isStarted ? "started" : "ready"}` }),
    blocks: [{ kind: "text", text: textAt(input, "prompt"), tone: "dim" }],
  };
}
