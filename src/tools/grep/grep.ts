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
import { type Match, parseMatches } from "./parse-matches.ts";

const resultsMax = 100;
const lineCharactersMax = 500;
const timeoutDefaultMs = 30_000;

const schema = v.object({
  pattern: v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.description("Regular expression, or a literal text"),
  ),
  path: v.optional(
    v.pipe(v.string(), v.description("Directory or file to search, the working directory when left out")),
  ),
  include: v.optional(v.pipe(v.string(), v.description("Glob pattern of the files to search, such as *.{ts,tsx}"))),
  literal_text: v.optional(v.pipe(v.boolean(), v.description("Take the pattern literally"))),
});

type GrepInput = v.InferOutput<typeof schema>;

const description = `Searches the content of files and returns matching lines with their place, the latest changed files first.

- The pattern is a regular expression of Rust's kind (as ripgrep's) unless literal_text is set; case counts, \`(?i)\` makes it
  not count.
- At most ${resultsMax} matches; lines are cut at ${lineCharactersMax} characters.
- What .gitignore and .crushignore name is left out, and so are binary and hidden files.`;

interface Wanted {
  readonly input: GrepInput;
  readonly target: ToolPath;
  readonly timeoutMs: number;
}

/** Names are chosen as a file type: unlike ripgrep's own globs that does not bring back what ignore files leave out. */
function includeArguments(include: string | undefined): string[] {
  if (include === undefined || include === "" || include.includes("/")) return [];
  return ["--type-add", `included:${include}`, "--type", "included"];
}

function argumentsOf({ pattern, include, literal_text: isLiteral }: GrepInput): string[] {
  // One more than is shown tells whether there are more; of one file no more are needed.
  const limit = ["--max-count", String(resultsMax + 1)];
  const literal = isLiteral === true ? ["--fixed-strings"] : [];
  return ["--json", ...limit, ...includeArguments(include), ...literal, "--regexp", pattern];
}

/** For patterns of whole paths; ripgrep has looked at those of names. */
function isIncluded(include: string | undefined, directory: string): (file: string) => boolean {
  if (include?.includes("/") !== true) return () => true;
  const isMatch = globMatcher(include.replace(/^(\.?\/)+/, ""));
  return (file) => isMatch(path.relative(directory, file).replaceAll(path.sep, "/"));
}

function shownLine(match: Match): string {
  const text = match.text.trim();
  const shown = text.length > lineCharactersMax ? `${text.slice(0, lineCharactersMax)}...` : text;
  return `  Line ${match.line}, Char ${match.column}: ${shown}`;
}

interface Shown {
  readonly matches: readonly Match[];
  readonly isTruncated: boolean;
}

function printMatches({ matches, isTruncated }: Shown): string {
  if (matches.length === 0) return "No files found";
  const lines = [`Found ${matches.length} matches`];
  let file: string | undefined;
  for (const match of matches) {
    if (match.file !== file) {
      if (file !== undefined) lines.push("");
      lines.push(`${match.file}:`);
      file = match.file;
    }
    lines.push(shownLine(match));
  }
  if (isTruncated) lines.push("", "(Results are truncated. Consider using a more specific path or pattern.)");
  return `${lines.join("\n")}\n`;
}

async function search({ input, target, timeoutMs }: Wanted, context: ToolContext): Promise<ToolResult> {
  const problem = await searchProblem(target);
  if (problem !== undefined) return errorResult(problem);
  const includesHidden = namesHidden(input.include ?? "");
  const found = await runRipgrep({ target, arguments: argumentsOf(input), includesHidden, timeoutMs }, context);
  if (found.kind === "failed") return errorResult(found.message);
  const included = isIncluded(input.include, target.path);
  const byFile = new Map<string, Match[]>();
  for (const parsed of parseMatches(found.stdout)) {
    const match = { ...parsed, file: path.join(found.directory, parsed.file) };
    if (!included(match.file)) continue;
    byFile.set(match.file, [...(byFile.get(match.file) ?? []), match]);
  }
  const files = await newestFirst([...byFile.keys()], context.signal);
  const matches = files.flatMap((file) => byFile.get(file) ?? []);
  const shown = matches.slice(0, resultsMax);
  const isTruncated = matches.length > resultsMax || found.isCut;
  return textResult(printMatches({ matches: shown, isTruncated }), {
    number_of_matches: shown.length,
    truncated: isTruncated,
  });
}

/** `timeoutMs` null: 30 s. */
export function createGrepTool(timeoutMs: number | null): Tool {
  return defineTool({
    name: "grep",
    description,
    isReadOnly: true,
    schema,
    async prepare(input, context) {
      const target = resolveToolPath(input.path || ".", context);
      if (target.isInside) {
        const problem = await searchProblem(target);
        if (problem !== undefined) return refused(problem);
      }
      const request = { tool: "grep", title: "Grep", action: "read", pattern: input.pattern, target } as const;
      return {
        kind: "ready",
        permissions: searchPermissions(request, context),
        run: () => search({ input, target, timeoutMs: timeoutMs ?? timeoutDefaultMs }, context),
      };
    },
  });
}
