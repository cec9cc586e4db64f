import path from "node:path";
import * as v from "valibot";
import { readFileContent, readFileState } from "../../lib/file-state.ts";
import { defineTool } from "../define-tool.ts";
import { fileKind, notFoundMessage } from "../file-kind.ts";
import { permissionRequest } from "../permission-request.ts";
import { decodeText, withoutByteOrderMark } from "../text-content.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { resolveToolPath, shownPath, type ToolPath } from "../tool-path.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";
import { imageTypeOf, isImageName } from "../../lib/image-type.ts";
import { type LinesRead, readLines } from "./read-lines.ts";

const defaultLimit = 200;
const lineBytesMax = 2000;
const totalBytesMax = 200 * 1024;
const imageBytesMax = 5 * 1024 * 1024;

const schema = v.object({
  file_path: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Path of the file to read")),
  offset: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.description("Lines to skip: 0 starts at the first line")),
  ),
  limit: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.description(`Lines to read, ${defaultLimit} when left out`)),
  ),
});

type ViewInput = v.InferOutput<typeof schema>;

const description = `Reads a file and returns its lines with their numbers, as \`number|text\`.

- Reads ${defaultLimit} lines from the start unless \`offset\` and \`limit\` say otherwise; at most 200 KB a call.
- Lines over ${lineBytesMax} bytes are cut and marked with "...".
- PNG, JPEG, GIF and WebP files are shown as images.
- Directories are for ls. To find something in large files, grep first, then read around the hit.
- A file must be read before it is edited. The numbers and the bar are not part of the file: leave them out of edits.`;

function numbered(lines: readonly string[], firstNumber: number): string {
  return lines.map((line, index) => `${String(firstNumber + index).padStart(6)}|${line}`).join("\n");
}

async function viewImage(file: ToolPath): Promise<ToolResult> {
  const { bytes, state } = await readFileContent(file.real);
  const mimeType = imageTypeOf(bytes);
  if (mimeType === undefined) {
    return errorResult(`${file.path} is named like an image, but is not a PNG, JPEG, GIF or WebP file`);
  }
  const data = bytes.toString("base64");
  const content = `Image ${path.basename(file.path)} (${mimeType}, ${state.sizeBytes} bytes)`;
  return {
    ...textResult(content, { file_path: file.path, content: "", size_bytes: state.sizeBytes }),
    media: { mimeType, data },
  };
}

function notTextMessage(file: string): string {
  return `File content is not valid UTF-8 text: ${file}. Use bash with a program that knows its format.`;
}

function textOf(read: LinesRead): string[] | undefined {
  const lines: string[] = [];
  for (const [index, bytes] of read.lines.entries()) {
    const line = decodeText(bytes);
    if (line === undefined) return undefined;
    lines.push(read.cut.has(index) ? `${line}...` : line);
  }
  return lines;
}

async function viewText(file: ToolPath, input: ViewInput, context: ToolContext): Promise<ToolResult> {
  const offset = input.offset ?? 0;
  const limit = input.limit === undefined || input.limit === 0 ? defaultLimit : input.limit;
  const state = await readFileState(file.real);
  const read = await readLines(file.real, { offset, limit, lineBytesMax, totalBytesMax }, context.signal);
  const lines = textOf(read);
  if (lines === undefined) return errorResult(notTextMessage(file.path));
  if (offset > 0 && lines.length === 0) {
    return errorResult(`${file.path} has ${read.linesSeen} lines: there is nothing after line ${offset}`);
  }
  if (offset === 0 && lines[0] !== undefined) lines[0] = withoutByteOrderMark(lines[0]);
  await context.files.recordRead(file.path, state);
  const more = read.hasMore
    ? `\n\n(File has more lines. Use 'offset' parameter to read beyond line ${offset + lines.length})`
    : "";
  return textResult(`<file>\n${numbered(lines, offset + 1)}${more}\n</file>\n`, {
    file_path: file.path,
    content: lines.join("\n"),
  });
}

export const viewTool: Tool = defineTool({
  name: "view",
  description,
  isReadOnly: true,
  schema,
  async prepare(input, context) {
    const file = resolveToolPath(input.file_path, context);
    const permissions = file.isInside
      ? []
      : [
          permissionRequest(context, {
            tool: "view",
            action: "read",
            path: file.path,
            description: `Read a file outside the project: ${shownPath(file.path, context)}`,
            display: { title: "View", subject: file.path, blocks: [] },
          }),
        ];
    // Whether a file outside exists is not told before it is allowed.
    if (file.isInside) {
      const problem = await problemOf(file);
      if (problem !== undefined) return refused(problem);
    }
    return {
      kind: "ready",
      permissions,
      async run() {
        const problem = await problemOf(file);
        if (problem !== undefined) return errorResult(problem);
        return isImageName(file.path) ? viewImage(file) : viewText(file, input, context);
      },
    };
  },
});

async function problemOf(file: ToolPath): Promise<string | undefined> {
  const found = await fileKind(file.real);
  if (found.kind === "missing") return notFoundMessage(file.path);
  if (found.kind === "directory") return `Path is a directory, not a file: ${file.path}. Use ls to list it.`;
  if (found.kind === "special") return `Not a regular file: ${file.path}`;
  return isImageName(file.path) && found.sizeBytes > imageBytesMax
    ? `Image file is too large (${found.sizeBytes} bytes). Maximum size is ${imageBytesMax} bytes`
    : undefined;
}
