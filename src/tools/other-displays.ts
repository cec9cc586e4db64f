import type { DisplayBlock, ToolDisplay } from "../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, numberAt, objectsAt, oneLine, textAt } from "./display-input.ts";

export type DisplayOne = (call: DisplayedCall) => ToolDisplay;

/** A tool of which the answer is the thing to see. `subjectKeys`: the first that is there names what it acts on. */
function answering(title: string, subjectKeys: readonly string[]): DisplayOne {
  return (call) => {
    const subject = oneLine(subjectKeys.map((key) => textAt(call.input, key)).find((text) => text !== "") ?? "");
    const head = { title, subject };
    if (call.result === undefined) return { ...head, blocks: [] };
    if (call.result.isError) return failedDisplay(call, head);
    const count = numberAt(call.result.metadata, "number_of_matches");
    const summary = count === undefined ? {} : { summary: `${count} found` };
    const text = call.result.content.trim();
    return { ...head, ...summary, blocks: text === "" ? [] : [{ kind: "text", text }] };
  };
}

/** A tool that changed a file and says how in its metadata. */
const displayRename: DisplayOne = (call) => {
  const base = answering("Rename", ["symbol"])(call);
  const metadata = call.result?.metadata ?? {};
  const path = textAt(metadata, "file_path");
  if (call.result?.isError !== false || path === "") return base;
  const [before, after] = [textAt(metadata, "old_content"), textAt(metadata, "new_content")];
  const subject = `${textAt(call.input, "symbol")} → ${textAt(call.input, "new_name")}`;
  return { ...base, subject, blocks: [{ kind: "diff", path, before, after }] };
};

/** The questions as they were put, then the answers. */
const displayQuestion: DisplayOne = (call) => {
  const questions = objectsAt(call.input, "questions").map((question) => textAt(question, "question"));
  const head = { title: "Question", subject: oneLine(questions[0] ?? "") };
  if (call.result?.isError === true) return failedDisplay(call, head);
  const answer: DisplayBlock[] =
    call.result === undefined || call.result.content === "" ? [] : [{ kind: "text", text: call.result.content }];
  return { ...head, blocks: [{ kind: "list", items: questions.map((text) => ({ text })) }, ...answer] };
};

/** Crush's tools that ours does not have: its sessions show them. */
export const otherDisplays: ReadonlyMap<string, DisplayOne> = new Map([
  ["agent", answering("Agent", ["prompt"])],
  ["agentic_fetch", answering("Agentic fetch", ["url", "prompt"])],
  ["web_fetch", answering("Fetch", ["url"])],
  ["web_search", answering("Web search", ["query"])],
  ["download", answering("Download", ["file_path", "url"])],
  ["sourcegraph", answering("Sourcegraph", ["query"])],
  ["lsp_diagnostics", answering("Diagnostics", ["file_path"])],
  ["lsp_references", answering("References", ["symbol"])],
  ["lsp_definition", answering("Definition", ["symbol"])],
  ["lsp_symbols", answering("Symbols", ["file_path"])],
  ["lsp_restart", answering("Restart LSP", ["name"])],
  ["lsp_rename", displayRename],
  ["question", displayQuestion],
  ["list_mcp_resources", answering("MCP resources", ["mcp_name"])],
  ["read_mcp_resource", answering("MCP resource", ["uri"])],
]);
