import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, textAt } from "../display-input.ts";

export function displayView(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const file = textAt(input, "file_path");
  const offset = numberAt(input, "offset") ?? 0;
  const limit = numberAt(input, "limit") ?? 0;
  const range =
    offset > 0 || limit > 0 ? ` (from line ${offset + 1}${limit > 0 ? `, ${counted(limit, "line")}` : ""})` : "";
  const head = { title: "View", subject: `${file}${range}` };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  if (result.mimeType.startsWith("image/")) {
    const sizeBytes = numberAt(result.metadata, "size_bytes") ?? 0;
    const name = file.split("/").at(-1) ?? file;
    return { ...head, blocks: [{ kind: "image", name, mimeType: result.mimeType, sizeBytes }] };
  }
  const text = textAt(result.metadata, "content");
  const summary = text === "" ? "empty" : counted(text.split("\n").length, "line");
  return { ...head, summary, blocks: [{ kind: "code", text, path: file, firstLine: offset + 1 }] };
}
