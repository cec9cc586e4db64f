import * as v from "valibot";
import { unifiedDiff } from "../../lib/line-diff.ts";
import { changeCall, readForChange } from "../change-file.ts";
import { defineTool } from "../define-tool.ts";
import { inMannerOf } from "../text-content.ts";
import type { Tool } from "../tool.ts";
import { resolveToolPath, shownPath } from "../tool-path.ts";
import { refused, textResult } from "../tool-result.ts";

const schema = v.object({
  file_path: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Path of the file to write")),
  content: v.pipe(v.string(), v.description("The whole content of the file")),
});

const description = `Writes a whole file: creates it with its directories, or replaces all of its content.

- A file that exists has to be viewed first; writing one that changed since is refused.
- To change a part of a file use edit or multiedit: they are shorter and safer.
- A byte-order mark and Windows line ends of the old content are kept.`;

export const writeTool: Tool = defineTool({
  name: "write",
  description,
  isReadOnly: false,
  schema,
  async prepare(input, context) {
    const file = resolveToolPath(input.file_path, context);
    const current = await readForChange(file, context);
    if (current.kind === "problem") return refused(current.message);
    const before = current.kind === "text" ? current : null;
    const after = before === null ? input.content : inMannerOf(before.text, input.content);
    if (before !== null && after === before.text) {
      return refused(`File ${file.path} already contains the exact content. No changes made.`);
    }
    const shown = shownPath(file.path, context);
    return changeCall(
      {
        tool: "write",
        file,
        before,
        after,
        description: `${before === null ? "Create" : "Replace"} file ${shown}`,
        display: {
          title: "Write",
          subject: shown,
          blocks: [{ kind: "diff", path: file.path, before: before?.text ?? "", after }],
        },
        result: ({ additions, removals }) =>
          textResult(`<result>\nFile successfully written: ${file.path}\n</result>`, {
            diff: unifiedDiff(shown, before?.text ?? "", after),
            additions,
            removals,
          }),
      },
      context,
    );
  },
});
