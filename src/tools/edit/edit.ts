import * as v from "valibot";
import { changeCall, readExisting, readForChange } from "../change-file.ts";
import { defineTool } from "../define-tool.ts";
import type { PreparedCall, Tool, ToolContext } from "../tool.ts";
import { resolveToolPath, shownPath, type ToolPath } from "../tool-path.ts";
import { refused, textResult } from "../tool-result.ts";
import { replaceText } from "./replace-text.ts";

const schema = v.object({
  file_path: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Path of the file to change")),
  old_string: v.pipe(v.string(), v.description("The exact text to replace; empty to create the file")),
  new_string: v.pipe(v.string(), v.description("The text to put in its place; empty to delete it")),
  replace_all: v.optional(v.pipe(v.boolean(), v.description("Replace every occurrence, not just the only one"))),
});

type EditInput = v.InferOutput<typeof schema>;

const description = `Replaces one piece of text in a file.

- View the file first; an edit of a file that changed since is refused.
- \`old_string\` must be the file's text exactly: indentation, blank lines, no line numbers. It must occur once: take in
  a few lines around it, or set \`replace_all\` to change every occurrence.
- An empty \`old_string\` creates a new file with \`new_string\`; an empty \`new_string\` deletes the text.
- For several changes of one file use multiedit, for a whole new content write.`;

function editCall(file: ToolPath, change: EditChange, context: ToolContext): PreparedCall {
  const { before, after, verb } = change;
  const shown = shownPath(file.path, context);
  return changeCall(
    {
      tool: "edit",
      file,
      before,
      after,
      description: `${verb.plan} ${shown}`,
      display: {
        title: "Edit",
        subject: shown,
        blocks: [{ kind: "diff", path: file.path, before: before?.text ?? "", after }],
      },
      result: ({ additions, removals }) =>
        textResult(`<result>\n${verb.done}: ${file.path}\n</result>\n`, {
          additions,
          removals,
          old_content: before?.text ?? "",
          new_content: after,
        }),
    },
    context,
  );
}

interface EditChange {
  readonly before: Parameters<typeof changeCall>[0]["before"];
  readonly after: string;
  readonly verb: { readonly plan: string; readonly done: string };
}

async function createCall(file: ToolPath, input: EditInput, context: ToolContext): Promise<PreparedCall> {
  const current = await readForChange(file, context);
  if (current.kind !== "missing") {
    return refused(`File already exists: ${file.path}. Give the text to replace in old_string, or use write`);
  }
  const verb = { plan: "Create file", done: "File created" };
  return editCall(file, { before: null, after: input.new_string, verb }, context);
}

async function replaceCall(file: ToolPath, input: EditInput, context: ToolContext): Promise<PreparedCall> {
  const current = await readExisting(file, context);
  if (current.kind === "problem") return refused(current.message);
  const replaced = replaceText(current.text, {
    oldText: input.old_string,
    newText: input.new_string,
    replaceAll: input.replace_all ?? false,
  });
  if (replaced.kind === "problem") return refused(replaced.message);
  if (replaced.text === current.text) return refused("new_string is the same as old_string. No changes made.");
  const verb =
    input.new_string === ""
      ? { plan: "Delete content from file", done: "Content deleted from file" }
      : { plan: "Replace content in file", done: "Content replaced in file" };
  return editCall(file, { before: current, after: replaced.text, verb }, context);
}

export const editTool: Tool = defineTool({
  name: "edit",
  description,
  isReadOnly: false,
  schema,
  async prepare(input, context) {
    const file = resolveToolPath(input.file_path, context);
    return input.old_string === "" ? createCall(file, input, context) : replaceCall(file, input, context);
  },
});
