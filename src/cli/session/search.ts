import type { App } from "../../app/app.ts";
import type { ProjectHits, SearchHit } from "../../app/search.ts";
import { AppError } from "../../lib/app-error.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatRfc3339 } from "../format-time.ts";
import { pageOutput } from "../page-output.ts";
import { type Paint, paintFor } from "../paint.ts";
import { withApp } from "../with-app.ts";

const defaultLimit = 50;

function limitOf(context: CommandContext): number {
  const text = context.options.text("limit");
  if (text === undefined) return defaultLimit;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new AppError("usage", `--limit ${text} is no number of hits`, { hint: "give a whole number from 1 on" });
}

function toJson(hit: SearchHit, projectPath: string | null): Readonly<Record<string, unknown>> {
  return {
    id: hit.hash,
    uuid: hit.sessionId,
    title: hit.title,
    ...(projectPath === null ? {} : { project: projectPath }),
    field: hit.field,
    message_id: hit.messageId,
    time: formatRfc3339(hit.atSeconds),
    snippet: hit.snippet,
    matches: hit.ranges.map(({ start, end }) => [start, end]),
  };
}

/** Of a result that is not `isIndexed`. */
export const notIndexed =
  "What was said was not looked through: the index of words can't be kept here. Titles and paths were.";

/** The pieces are made safe one by one, so that their places still fit. */
export function markedSnippet({ snippet, ranges }: SearchHit, paint: Paint): string {
  let text = "";
  let end = 0;
  for (const range of ranges) {
    text +=
      sanitizeLine(snippet.slice(end, range.start)) + paint.strong(sanitizeLine(snippet.slice(range.start, range.end)));
    end = range.end;
  }
  return text + sanitizeLine(snippet.slice(end));
}

/** A session's hits stand below its line, in the order in which the first of each was found. */
function textOf(hits: readonly SearchHit[], paint: Paint): string {
  const bySession = Map.groupBy(hits, (hit) => hit.sessionId);
  return [...bySession.values()]
    .map((group) => {
      const [first] = group;
      if (first === undefined) return "";
      const time = formatRfc3339(Math.max(...group.map((hit) => hit.atSeconds)));
      const head = `${paint.accent(first.hash.slice(0, 7))} ${paint.dim(time)} ${sanitizeLine(first.title)}\n`;
      const lines = group
        .filter((hit) => hit.field !== "title")
        .map((hit) => `    ${paint.dim(hit.field.padEnd(11))} ${markedSnippet(hit, paint)}\n`);
      return head + lines.join("");
    })
    .join("");
}

async function searchProjects(app: App, context: CommandContext, query: string): Promise<readonly ProjectHits[]> {
  const options = { limit: limitOf(context), isPatient: true };
  if (context.options.has("all-projects")) return app.search.findInAllProjects(query, options);
  const result = await app.search.find(query, options);
  return [{ projectPath: app.config.projectRoot, result, problem: null }];
}

function printNotes(found: readonly ProjectHits[], context: CommandContext): void {
  const { io } = context.dependencies;
  const problems = new Set(found.flatMap(({ result }) => result?.problem ?? []));
  for (const problem of problems) io.writeError(`${sanitizeLine(problem)}\n`);
  for (const { projectPath, problem } of found) {
    if (problem !== null) io.writeError(`${sanitizeLine(projectPath)} was not searched: ${sanitizeLine(problem)}\n`);
  }
  if (found.some(({ result }) => result?.isComplete === false)) {
    io.writeError("There are more hits: narrow the search, or raise --limit.\n");
  }
  if (found.some(({ result }) => result?.isIndexed === false)) {
    io.writeError(`${notIndexed}\n`);
  }
  if (found.every(({ result }) => (result?.hits.length ?? 0) === 0)) io.writeError("No session matches.\n");
}

export const searchCommand: Command = {
  usage: "<query…>",
  description: `Finds sessions by what was said and done in them: titles, prompts, answers, reasoning, tool arguments, the first
16 KB of each output, and paths. All words must be there, the last may be unfinished; "in quotes" they stand together; -word
must not be there. Qualifiers: is:running is:waiting is:failed is:pinned is:archived, file:part model:part branch:part tag:part,
before:2026-08-31 after:7d (also 2026-08, today, yesterday), cost:>0.50 cost:<2; -tag:part is the opposite. Failed is a
session whose last answer failed or was interrupted, looked at or not. The list of sessions takes the same, and besides
is:unseen is:paused is:idle is:elsewhere is:all. A query that begins with a minus stands after --.`,
  options: [
    { name: "all-projects", summary: "search all projects where sessions are kept" },
    { name: "limit", value: "n", summary: `at most so many hits (${String(defaultLimit)})` },
    { name: "json", summary: "print JSON" },
  ],
  examples: [
    { comment: "Where was the parser talked about?", words: "session search date parser" },
    { comment: "A phrase, in sessions that touched a file", words: `session search '"off by one" file:parse.ts'` },
    { comment: "Costly sessions of this month", words: "session search 'cost:>5 after:2026-08'" },
    {
      comment: "Ids of all that match, for a script",
      words: "session search --json redis | jq -r '.[].uuid' | sort -u",
    },
  ],
  words: { min: 1, max: Number.POSITIVE_INFINITY },
  run: (context) =>
    withApp(context, async (app) => {
      const { io } = context.dependencies;
      const isEverywhere = context.options.has("all-projects");
      const found = await searchProjects(app, context, context.words.join(" "));
      if (context.options.has("json")) {
        const hits = found.flatMap(({ projectPath, result }) =>
          (result?.hits ?? []).map((hit) => toJson(hit, isEverywhere ? projectPath : null)),
        );
        io.write(`${JSON.stringify(hits)}\n`);
        return exitCodes.ok;
      }
      const { noColor, term } = app.config.surroundings;
      const paint = paintFor({ isTerminal: io.isOutputTerminal, noColor, term });
      const texts = found.map(({ projectPath, result }) => {
        const text = textOf(result?.hits ?? [], paint);
        return isEverywhere && text !== "" ? `${paint.strong(sanitizeLine(projectPath))}\n${text}` : text;
      });
      await pageOutput(io, texts.join(""), app.config.surroundings);
      printNotes(found, context);
      return exitCodes.ok;
    }),
};
