import * as v from "valibot";
import type { JsonObject } from "../../lib/json.ts";
import { changeCall, type CurrentText, readExisting, readForChange } from "../change-file.ts";
import { defineTool } from "../define-tool.ts";
import type { PreparedCall, Tool, ToolContext } from "../tool.ts";
import { resolveToolPath, shownPath, type ToolPath } from "../tool-path.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";
import { type AppliedEdits, applyEdits, failedEditJson, type FailedEdit } from "./apply-edits.ts";

const schema = v.object({
  file_path: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Path of the file to change")),
  edits: v.pipe(
    v.array(
      v.object({
        old_string: v.pipe(v.string(), v.description("The exact text to replace")),
        new_string: v.pipe(v.string(), v.description("The text to put in its place")),
        replace_all: v.optional(v.pipe(v.boolean(), v.description("Replace every occurrence"))),
      }),
    ),
    v.minLength(1, "needs at least one edit"),
    v.description("The edits, applied in this order"),
  ),
});

type MultieditInput = v.InferOutput<typeof schema>;

const description = `Makes several edits of one file in one go.

- The edits apply in order, each to what the former ones left; each follows the rules of edit.
- An edit that does not match is left out and reported; the others are made.
- To create a file, the first edit has an empty old_string and the content as new_string.`;

interface Edited {
  readonly before: CurrentText | null;
  readonly applied: AppliedEdits;
  /** Edits asked for. */
  readonly total: number;
}

function failureLines(failed: readonly FailedEdit[]): string {
  return failed.map(({ index, error }) => `Edit ${index}: ${error}`).join("\n\n");
}

function editsMetadata(applied: AppliedEdits, total: number): JsonObject {
  return {
    edits_applied: total - applied.failed.length,
    ...(applied.failed.length === 0 ? {} : { edits_failed: applied.failed.map(failedEditJson) }),
  };
}

function messageOf({ before, applied, total }: Edited, path: string): string {
  const { failed } = applied;
  const done = total - failed.length;
  const made = before === null ? "File created with" : "Applied";
  if (failed.length === 0) return `${made} ${done} edits${before === null ? "" : " to file"}: ${path}`;
  const where = `${made} ${done} of ${total} edits${before === null ? "" : " to file"}: ${path}`;
  return `${where} (${failed.length} edit(s) failed)\n\n${failureLines(failed)}`;
}

function editedCall(file: ToolPath, edited: Edited, context: ToolContext): PreparedCall {
  const { before, applied, total } = edited;
  const shown = shownPath(file.path, context);
  const done = total - applied.failed.length;
  const count = applied.failed.length === 0 ? String(done) : `${done} of ${total}`;
  return changeCall(
    {
      tool: "multiedit",
      file,
      before,
      after: applied.text,
      description: before === null ? `Create file ${shown} with ${count} edits` : `Apply ${count} edits to ${shown}`,
      display: {
        title: "Multi-Edit",
        subject: shown,
        blocks: [{ kind: "diff", path: file.path, before: before?.text ?? "", after: applied.text }],
      },
      result: ({ additions, removals }) =>
        textResult(`<result>\n${messageOf(edited, file.path)}\n</result>\n`, {
          additions,
          removals,
          old_content: before?.text ?? "",
          new_content: applied.text,
          ...editsMetadata(applied, total),
        }),
    },
    context,
  );
}

async function createCall(file: ToolPath, input: MultieditInput, context: ToolContext): Promise<PreparedCall> {
  const current = await readForChange(file, context);
  if (current.kind !== "missing") {
    return refused(`File already exists: ${file.path}. Give the text to replace in the first edit's old_string`);
  }
  const [first, ...others] = input.edits;
  const applied = applyEdits(first?.new_string ?? "", others, 2);
  return editedCall(file, { before: null, applied, total: input.edits.length }, context);
}

async function changedCall(file: ToolPath, input: MultieditInput, context: ToolContext): Promise<PreparedCall> {
  const current = await readExisting(file, context);
  if (current.kind === "problem") return refused(current.message);
  const total = input.edits.length;
  const applied = applyEdits(current.text, input.edits, 1);
  if (applied.text !== current.text) return editedCall(file, { before: current, applied, total }, context);
  const message =
    applied.failed.length === 0
      ? "No changes made: all edits resulted in identical content"
      : `No changes made: ${applied.failed.length} of ${total} edit(s) failed\n\n${failureLines(applied.failed)}`;
  return { kind: "refused", result: errorResult(message, { ...editsMetadata(applied, total), edits_applied: 0 }) };
}

export const multieditTool: Tool = defineTool({
  name: "multiedit",
  description,
  isReadOnly: false,
  schema,
  async prepare(input, context) {
    const file = resolveToolPath(input.file_path, context);
    return input.edits[0]?.old_string === "" ? createCall(file, input, context) : changedCall(file, input, context);
  },
});
