import * as v from "valibot";
import { isInside } from "../../lib/real-path.ts";
import { defineTool } from "../define-tool.ts";
import { fileKind } from "../file-kind.ts";
import { IgnoreRules } from "../ignore-rules.ts";
import { permissionRequest } from "../permission-request.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { resolveToolPath, shownPath, type ToolPath } from "../tool-path.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";
import { listTree, printTree } from "./list-tree.ts";

const entriesMaxDefault = 1000;

export interface LsLimits {
  /** Levels shown when the call names none; null or 0: all. */
  readonly maxDepth: number | null;
  readonly maxItems: number | null;
}

const schema = v.object({
  path: v.optional(v.pipe(v.string(), v.description("Directory to list, the working directory when left out"))),
  ignore: v.optional(v.pipe(v.array(v.string()), v.description("Glob patterns of names to leave out"))),
  depth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.description("Levels to show, all when left out"))),
});

type LsInput = v.InferOutput<typeof schema>;

const description = `Lists files and directories as a tree.

- At most ${entriesMaxDefault} entries; the upper levels come first when there are more. Use depth, or a path further down.
- What .gitignore and .crushignore name is left out, and so are links' targets.
- To find files by name use glob, by content grep.`;

/** A directory that is named on purpose is listed even where the project's rules leave it out. */
function rulesRootOf(directory: ToolPath, { projectRoot }: ToolContext): string {
  if (!isInside(projectRoot, directory.path) || directory.path === projectRoot) return directory.path;
  const isLeftOut = new IgnoreRules(projectRoot).isIgnored(directory.path, "directory");
  return isLeftOut ? directory.path : projectRoot;
}

interface Listing {
  readonly directory: ToolPath;
  readonly input: LsInput;
  readonly limits: LsLimits;
}

async function problemOf(directory: ToolPath): Promise<string | undefined> {
  const found = await fileKind(directory.real);
  if (found.kind === "missing") return `Path does not exist: ${directory.path}`;
  return found.kind === "directory"
    ? undefined
    : `Path is not a directory: ${directory.path}. Use view to read a file.`;
}

async function list({ directory, input, limits }: Listing, context: ToolContext): Promise<ToolResult> {
  const problem = await problemOf(directory);
  if (problem !== undefined) return errorResult(problem);
  const depthMax = input.depth || limits.maxDepth || 0;
  const entriesMax = limits.maxItems || entriesMaxDefault;
  const rulesRoot = rulesRootOf(directory, context);
  const options = { directory: directory.path, rulesRoot, ignore: input.ignore ?? [], depthMax, entriesMax };
  const tree = await listTree(options, context.signal);
  const notes = [
    ...(tree.isTruncated
      ? [
          `There are more than ${entriesMax} files and directories; the first ${entriesMax} are shown. Use a path further down, or glob.\n`,
        ]
      : []),
    ...(depthMax > 0 ? [`The tree is shown up to a depth of ${depthMax}. Use a higher depth to see more.\n`] : []),
  ];
  return textResult(`${notes.join("")}\n${printTree(directory.path, tree.nodes)}`, {
    number_of_files: tree.count,
    truncated: tree.isTruncated,
  });
}

export function createLsTool(limits: LsLimits): Tool {
  return defineTool({
    name: "ls",
    description,
    isReadOnly: true,
    schema,
    async prepare(input, context) {
      const directory = resolveToolPath(input.path || ".", context);
      if (directory.isInside) {
        const problem = await problemOf(directory);
        if (problem !== undefined) return refused(problem);
      }
      const permissions = directory.isInside
        ? []
        : [
            permissionRequest(context, {
              tool: "ls",
              action: "list",
              path: directory.path,
              description: `List a directory outside the project: ${shownPath(directory.path, context)}`,
              display: { title: "List", subject: directory.path, blocks: [] },
            }),
          ];
      return { kind: "ready", permissions, run: () => list({ directory, input, limits }, context) };
    },
  });
}
