import path from "node:path";
import * as v from "valibot";
import { globMatcher } from "../../lib/glob-pattern.ts";
import { defineTool } from "../define-tool.ts";
import { namesHidden, runRipgrep } from "../ripgrep/run-ripgrep.ts";
import { newestFirst } from "../ripgrep/newest-first.ts";
import { searchPermissions, searchProblem } from "../search-target.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { resolveToolPath, type ToolPath } from "../tool-path.ts";
import { errorResult, refused, textResult } from "../tool-result.ts";

const resultsMax = 100;
const timeoutDefaultMs = 30_000;

const schema = v.object({
  pattern: v.pipe(v.string(), v.minLength(1, "must not be empty"), v.description("Glob pattern, such as src/**/*.ts")),
  path: v.optional(v.pipe(v.string(), v.description("Directory to search, the working directory when left out"))),
});

const description = `Finds files by name, the latest changed first.

- \`*\` matches within a name, \`**\` across directories, \`?\` one character; \`{ts,tsx}\` and \`[a-z]\` work.
- The pattern is matched against the path from the searched directory; one without a slash against names at any depth.
- At most ${resultsMax} results. What .gitignore and .crushignore name is left out, and so are hidden files unless the pattern
  names one.`;

interface Wanted {
  readonly pattern: string;
  readonly target: ToolPath;
  readonly timeoutMs: number;
}

function matcherOf(pattern: string): (relative: string) => boolean {
  const isMatch = globMatcher(pattern.replace(/^(\.?\/)+/, ""));
  return pattern.includes("/") ? isMatch : (relative) => isMatch(relative) || isMatch(path.posix.basename(relative));
}

async function findFiles({ pattern, target, timeoutMs }: Wanted, context: ToolContext): Promise<ToolResult> {
  const problem = await searchProblem(target);
  if (problem !== undefined) return errorResult(problem);
  const includesHidden = namesHidden(pattern);
  const search = { target, arguments: ["--files", "--null"], includesHidden, timeoutMs };
  const found = await runRipgrep(search, context);
  if (found.kind === "failed") return errorResult(found.message);
  const isMatch = matcherOf(pattern);
  const files = found.stdout
    .toString("utf8")
    .split("\0")
    .filter((file) => file !== "")
    .map((file) => path.join(found.directory, file))
    .filter((file) => isMatch(path.relative(target.path, file).replaceAll(path.sep, "/")));
  const sorted = await newestFirst(files, context.signal);
  const shown = sorted.slice(0, resultsMax);
  const isTruncated = sorted.length > resultsMax || found.isCut;
  const note = isTruncated ? "\n\n(Results are truncated. Consider using a more specific path or pattern.)" : "";
  const content = shown.length === 0 ? "No files found" : `${shown.join("\n")}${note}`;
  return textResult(content, { number_of_files: shown.length, truncated: isTruncated });
}

/** An absolute pattern is one relative to the directory that it starts with. */
function splitPattern(pattern: string): { readonly directory: string; readonly pattern: string } | undefined {
  if (!path.isAbsolute(pattern) && !pattern.startsWith("~/") && !pattern.startsWith("../")) return undefined;
  const names = pattern.split("/");
  const first = names.findIndex((name) => /[*?[{]/.test(name));
  const end = first === -1 ? names.length - 1 : first;
  return { directory: names.slice(0, end).join("/") || "/", pattern: names.slice(end).join("/") };
}

/** `timeoutMs` null: 30 s. */
export function createGlobTool(timeoutMs: number | null): Tool {
  return defineTool({
    name: "glob",
    description,
    isReadOnly: true,
    schema,
    async prepare(input, context) {
      const split = input.path === undefined || input.path === "" ? splitPattern(input.pattern) : undefined;
      const target = resolveToolPath(split?.directory ?? (input.path || "."), context);
      const pattern = split === undefined ? input.pattern : `./${split.pattern}`;
      if (target.isInside) {
        const problem = await searchProblem(target);
        if (problem !== undefined) return refused(problem);
      }
      const request = { tool: "glob", title: "Glob", action: "list", pattern: input.pattern, target } as const;
      return {
        kind: "ready",
        permissions: searchPermissions(request, context),
        run: () => findFiles({ pattern, target, timeoutMs: timeoutMs ?? timeoutDefaultMs }, context),
      };
    },
  });
}
