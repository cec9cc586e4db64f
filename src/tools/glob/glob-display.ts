import type { ToolDisplay } from "../../schema/display-block.ts";
import { counted, type DisplayedCall, failedDisplay, numberAt, textAt } from "../display-input.ts";

export function displayGlob(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const where = textAt(input, "path");
  const head = { title: "Glob", subject: `${textAt(input, "pattern")}${where === "" ? "" : ` in ${where}`}` };
  if (result === undefined) return { ...head, blocks: [] };
  if (result.isError) return failedDisplay(call, head);
  const count = numberAt(result.metadata, "number_of_files");
  const more = result.metadata["truncated"] === true ? "+" : "";
  const summary = count === undefined ? {} : { summary: counted(count, "file").replace(" ", `${more} `) };
  if (count === 0) return { ...head, ...summary, blocks: [] };
  const items = result.content
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("(Results"))
    .map((text) => ({ text }));
  return { ...head, ...summary, blocks: [{ kind: "list", items }] };
}
