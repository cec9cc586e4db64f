import type { DisplayCall, ToolDisplay } from "../schema/display-block.ts";
import { displayBash } from "./bash/bash-display.ts";
import { type DisplayedCall, failedDisplay, oneLine } from "./display-input.ts";
import { displayEdit } from "./edit/edit-display.ts";
import { displayLs } from "./ls/ls-display.ts";
import { displayView } from "./view/view-display.ts";
import { displayWrite } from "./write/write-display.ts";

const displays: ReadonlyMap<string, (call: DisplayedCall) => ToolDisplay> = new Map([
  ["bash", displayBash],
  ["view", displayView],
  ["edit", displayEdit],
  ["write", displayWrite],
  ["ls", displayLs],
]);

/** Any tool: its name, its arguments, its answer. */
function displayUnknown(call: DisplayedCall): ToolDisplay {
  const subject = Object.entries(call.input)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  const head = { title: call.name, subject: oneLine(subject) };
  if (call.result === undefined) return { ...head, blocks: [] };
  if (call.result.isError) return failedDisplay(call, head);
  return { ...head, blocks: call.result.content === "" ? [] : [{ kind: "text", text: call.result.content }] };
}

export const displayCall: DisplayCall = (call) => (displays.get(call.name) ?? displayUnknown)(call);
