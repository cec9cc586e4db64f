/** Finding sessions: the list, page by page, and the search. */
import type { App, SessionSummary } from "../../app/app.ts";
import type { SearchHit } from "../../app/search.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import { formatMinute } from "../format-time.ts";
import { plainPaint } from "../paint.ts";
import { plural } from "../plural.ts";
import { markedSnippet, notIndexed } from "../session/search.ts";
import { needsArgument, type PlainCommand, usageOf } from "./plain-command.ts";
import type { PlainContext } from "./plain-context.ts";
import { plainTitle } from "./plain-title.ts";

/** As many as a person listens to at once. */
const pageSize = 20;
const hitsMax = 50;

type ListKind = "sessions" | "archived";

function pageOf(argument: string): { readonly kind: ListKind; readonly page: number } {
  const [all, archived, page] = /^(archived)?\s*(\d{1,6})?$/u.exec(argument) ?? [];
  if (all === undefined || page === "0") {
    throw new AppError("usage", `${argument} is no page of the list`, {
      hint: "/sessions, /sessions 2, /sessions archived; /search <words> looks for words",
    });
  }
  return { kind: archived === undefined ? "sessions" : "archived", page: Number(page ?? "1") };
}

function sessionLine(summary: SessionSummary, openId: SessionId): string {
  const { session, hash, state, figures, isPinned, isArchived, tags } = summary;
  const facts = [
    hash.slice(0, 7),
    formatMinute(session.updatedAt * 1000),
    plural(figures.messageCount, "message"),
    state === "idle" ? "" : state,
    session.id === openId ? "open" : "",
    isPinned ? "pinned" : "",
    isArchived ? "archived" : "",
    ...tags.map((tag) => `#${tag}`),
  ];
  return `${plainTitle(session.title)}. ${facts.filter((fact) => fact !== "").join(", ")}.`;
}

function summariesOf(app: App, kind: ListKind): SessionSummary[] {
  return app.listSessions({ archived: kind === "archived" ? "only" : "hidden" });
}

/** The first page takes the list anew; the others go on in it, so that no number that was heard changes its meaning. */
function listSessions(program: PlainContext, argument: string): undefined {
  const { app, output, sessionId } = program;
  const { kind, page } = pageOf(argument);
  const summaries = summariesOf(app, kind);
  if (page === 1 || program.listed.kind !== kind) {
    program.listed = { kind, ids: summaries.map(({ session }) => session.id) };
  }
  const { ids } = program.listed;
  const name = kind === "archived" ? "/sessions archived" : "/sessions";
  if (ids.length === 0) {
    output.lines(kind === "archived" ? "No session is archived." : "There are no sessions.");
    return undefined;
  }
  const begin = (page - 1) * pageSize;
  if (begin >= ids.length) {
    const last = Math.ceil(ids.length / pageSize);
    throw new AppError("usage", `the list has no page ${page}`, { hint: `${name} ${last} is the last one` });
  }
  const byId = new Map(summaries.map((summary) => [summary.session.id, summary]));
  const lines = ids.slice(begin, begin + pageSize).map((id, index) => {
    const summary = byId.get(id);
    return `${begin + index + 1}. ${summary === undefined ? "No longer in this list." : sessionLine(summary, sessionId)}`;
  });
  const left = ids.length - begin - lines.length;
  output.lines(...lines, ...(left === 0 ? [] : [`${left} more: ${name} ${page + 1}`]));
  return undefined;
}

/** The hits of a session below it; its number is for the other commands. */
function hitLines(hits: readonly SearchHit[]): { readonly ids: SessionId[]; readonly lines: string[] } {
  const groups = [...Map.groupBy(hits, (hit) => hit.sessionId)];
  const lines = groups.flatMap(([, group], index) => {
    const [first] = group;
    if (first === undefined) return [];
    const time = formatMinute(Math.max(...group.map((hit) => hit.atSeconds)) * 1000);
    const said = group.filter((hit) => hit.field !== "title");
    return [
      `${index + 1}. ${plainTitle(first.title)}. ${first.hash.slice(0, 7)}, ${time}.`,
      ...said.map((hit) => `  ${hit.field}: ${markedSnippet(hit, plainPaint)}`),
    ];
  });
  return { ids: groups.map(([id]) => id), lines };
}

async function search(program: PlainContext, query: string): Promise<undefined> {
  needsArgument(query, usageOf(searchCommand));
  const result = await program.app.search.find(query, { limit: hitsMax, isPatient: true });
  if (result === null) return undefined;
  const { ids, lines } = hitLines(result.hits);
  program.listed = { kind: "search", ids };
  program.output.lines(
    ...(result.problem === null ? [] : [result.problem]),
    ...(lines.length === 0 ? ["No session matches."] : lines),
    ...(result.isComplete ? [] : ["There are more: say more words to narrow the search."]),
    ...(result.isIndexed ? [] : [notIndexed]),
  );
  return undefined;
}

const searchCommand: PlainCommand = {
  word: "search",
  argument: "<words>",
  summary: "find sessions by what was said and done in them; takes the words of crush session search",
  run: search,
};

export const listCommands: readonly PlainCommand[] = [
  {
    word: "sessions",
    argument: "[archived] [page]",
    summary: "list the sessions, newest first",
    run: listSessions,
  },
  searchCommand,
];
