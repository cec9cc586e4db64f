import { type FileContent, readFileContent } from "../lib/file-state.ts";
import { countLineChanges, type LineChanges } from "../lib/line-diff.ts";
import { replaceFile } from "../lib/replace-file.ts";
import type { ToolDisplay } from "../schema/display-block.ts";
import { fileKind, notFoundMessage } from "./file-kind.ts";
import { permissionRequest } from "./permission-request.ts";
import { decodeText } from "./text-content.ts";
import type { FileFact, PreparedCall, ToolContext, ToolResult } from "./tool.ts";
import type { ToolPath } from "./tool-path.ts";
import { errorResult } from "./tool-result.ts";

const editableBytesMax = 10 * 1024 * 1024;

/** A text file as it is on the disk. */
export interface CurrentText {
  readonly text: string;
  readonly content: FileContent;
}

export type Current =
  | { readonly kind: "missing" }
  | { readonly kind: "problem"; readonly message: string }
  | ({ readonly kind: "text" } & CurrentText);

function isFresh(fact: FileFact, content: FileContent): boolean {
  if (fact.hash !== "") return fact.hash === content.state.hash;
  // Only Crush's record is there: it holds seconds, and counts a file of the same second as unchanged.
  return Number(BigInt(content.state.modifiedNs) / 1_000_000_000n) <= fact.readAt;
}

/** What is there to change. A problem where it can't be changed, or where the session does not know its present state. */
export async function readForChange(file: ToolPath, context: ToolContext): Promise<Current> {
  const found = await fileKind(file.real);
  if (found.kind === "missing") return { kind: "missing" };
  if (found.kind !== "file") {
    const what = found.kind === "directory" ? "Path is a directory, not a file" : "Not a regular file";
    return { kind: "problem", message: `${what}: ${file.path}` };
  }
  if (found.sizeBytes > editableBytesMax) {
    return { kind: "problem", message: `File is too large to change here (${found.sizeBytes} bytes): ${file.path}` };
  }
  const fact = context.files.lastRead(file.path);
  if (fact === undefined) {
    return { kind: "problem", message: `You must read the file before changing it. Use view first: ${file.path}` };
  }
  const content = await readFileContent(file.real);
  if (!isFresh(fact, content)) {
    return {
      kind: "problem",
      message: `File ${file.path} has been modified since it was last read. Read it again before changing it.`,
    };
  }
  const text = decodeText(content.bytes);
  if (text === undefined) return { kind: "problem", message: `File content is not valid UTF-8 text: ${file.path}` };
  return { kind: "text", text, content };
}

/** As `readForChange`, of a file that has to exist. */
export async function readExisting(
  file: ToolPath,
  context: ToolContext,
): Promise<Exclude<Current, { readonly kind: "missing" }>> {
  const current = await readForChange(file, context);
  return current.kind === "missing" ? { kind: "problem", message: await notFoundMessage(file.path) } : current;
}

export interface FileChange {
  readonly tool: string;
  readonly file: ToolPath;
  /** Null: the file is made. */
  readonly before: CurrentText | null;
  readonly after: string;
  readonly description: string;
  readonly display: ToolDisplay;
  /** What the call results in once the file is written. */
  result(changes: LineChanges): ToolResult;
}

/** Another program may have come in between the check and the permission. */
async function problemNow(change: FileChange): Promise<string | undefined> {
  const { file, before } = change;
  const found = await fileKind(file.real);
  if (before === null) return found.kind === "missing" ? undefined : `File was created in the meantime: ${file.path}`;
  if (found.kind !== "file") return `File is gone: ${file.path}`;
  const { state } = await readFileContent(file.real);
  return state.hash === before.content.state.hash
    ? undefined
    : `File ${file.path} was modified in the meantime. Read it again before changing it.`;
}

async function writeChange(change: FileChange, context: ToolContext): Promise<ToolResult> {
  const { file, before, after } = change;
  const early = await problemNow(change);
  if (early !== undefined) return errorResult(early);
  context.signal.throwIfAborted();
  if (before !== null) await context.files.recordFound(file.path, before.text);
  // Storing may have taken its time.
  const problem = await problemNow(change);
  if (problem !== undefined) return errorResult(problem);
  context.signal.throwIfAborted();
  const options = before === null ? {} : { mode: before.content.mode, inPlace: before.content.linkCount > 1 };
  await replaceFile(file.real, after, options);
  await context.files.recordChange(file.path, { before: before?.text ?? null, after });
  return change.result(countLineChanges(before?.text ?? "", after));
}

/** A call that writes one file once it is allowed. */
export function changeCall(change: FileChange, context: ToolContext): PreparedCall {
  const request = permissionRequest(context, {
    tool: change.tool,
    action: "write",
    path: change.file.path,
    description: change.description,
    display: change.display,
  });
  return { kind: "ready", permissions: [request], run: () => writeChange(change, context) };
}
