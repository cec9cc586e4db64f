import type { JsonObject } from "../lib/json.ts";
import type { DisplayCall } from "../schema/display-block.ts";
import { displayBash } from "./bash/bash-display.ts";
import { failedDisplay, oneLine } from "./display-input.ts";
import { displayEdit } from "./edit/edit-display.ts";
import { displayFetch } from "./fetch/fetch-display.ts";
import { displayGlob } from "./glob/glob-display.ts";
import { displayGrep } from "./grep/grep-display.ts";
import { displayJobKill } from "./job-kill/job-kill-display.ts";
import { displayJobOutput } from "./job-output/job-output-display.ts";
import { displayLs } from "./ls/ls-display.ts";
import { displayMultiedit } from "./multiedit/multiedit-display.ts";
import { type DisplayOne, otherDisplays } from "./other-displays.ts";
import { displaySessionCreate } from "./session-create/session-create-display.ts";
import { displaySessionList } from "./session-list/session-list-display.ts";
import { displaySessionRead } from "./session-read/session-read-display.ts";
import { displaySessionSearch } from "./session-search/session-search-display.ts";
import { displayTodos } from "./todos/todos-display.ts";
import { displayView } from "./view/view-display.ts";
import { displayWrite } from "./write/write-display.ts";

const displays: ReadonlyMap<string, DisplayOne> = new Map([
  ["bash", displayBash],
  ["job_output", displayJobOutput],
  ["job_kill", displayJobKill],
  ["view", displayView],
  ["edit", displayEdit],
  ["multiedit", displayMultiedit],
  ["write", displayWrite],
  ["ls", displayLs],
  ["glob", displayGlob],
  ["grep", displayGrep],
  ["fetch", displayFetch],
  ["todos", displayTodos],
  ["session_create", displaySessionCreate],
  ["session_list", displaySessionList],
  ["session_search", displaySessionSearch],
  ["session_read", displaySessionRead],
  ...otherDisplays,
]);

function argumentsLine(input: JsonObject): string {
  const parts = Object.entries(input).map(([name, value]) => {
    return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  return oneLine(parts.join(", "));
}

/** `mcp_<server>_<tool>` reads better with a space; other names are shown as they are. */
function titleOf(name: string): string {
  return name.startsWith("mcp_") ? `MCP ${name.slice("mcp_".length)}` : name;
}

/** Any tool: its name, its arguments, its answer. */
const displayUnknown: DisplayOne = (call) => {
  const head = { title: titleOf(call.name), subject: argumentsLine(call.input) };
  if (call.result === undefined) return { ...head, blocks: [] };
  if (call.result.isError) return failedDisplay(call, head);
  return { ...head, blocks: call.result.content === "" ? [] : [{ kind: "text", text: call.result.content }] };
};

export const displayCall: DisplayCall = (call) => (displays.get(call.name) ?? displayUnknown)(call);
