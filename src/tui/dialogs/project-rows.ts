import type { ProjectHits, SearchHit } from "../../app/search.ts";
import type { ProjectSessions } from "../../app/session-organiser.ts";
import { unreachable } from "../../lib/assert.ts";
import type { Session } from "../../schema/session.ts";
import { fuzzyScore, fuzzyWord } from "../../term/fuzzy-score.ts";
import type { ProjectTarget } from "../project-target.ts";
import type { ProjectsDialog } from "./dialog.ts";

interface RowOf {
  readonly project: ProjectSessions;
}

export type ProjectRow =
  | (RowOf & { readonly kind: "project" })
  | (RowOf & { readonly kind: "session"; readonly session: Session; readonly hash: string })
  /** What was said. */
  | (RowOf & { readonly kind: "hit"; readonly hit: SearchHit; readonly words: readonly string[] });

/** As many of a project are shown while nothing is typed. */
const latestMax = 5;
const hitsMax = 5;
/** An id is meant by that many of its first characters. */
const idLengthMin = 4;

interface Filtered {
  readonly rows: readonly ProjectRow[];
  /** Where the first row stands that the filter means itself. */
  readonly first: number;
}

const filtered = new WeakMap<ProjectsDialog, Filtered>();

function filterOf(dialog: ProjectsDialog): Filtered {
  const known = filtered.get(dialog);
  if (known !== undefined) return known;
  const made = filterRows(dialog);
  filtered.set(dialog, made);
  return made;
}

export function projectRows(dialog: ProjectsDialog): readonly ProjectRow[] {
  return filterOf(dialog).rows;
}

export function firstMeant(dialog: ProjectsDialog): number {
  return filterOf(dialog).first;
}

function filterRows(dialog: ProjectsDialog): Filtered {
  const words = dialog.filter.text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (words.length === 0) return { rows: dialog.projects.flatMap(latestRows), first: 0 };
  const tests = words.map(wordTest);
  const rows: ProjectRow[] = [];
  let first: number | null = null;
  for (const project of dialog.projects) {
    const isMeant = tests.every((test) => test(project.path.toLowerCase(), ""));
    const sessions = project.sessions.filter(({ session, hash }) =>
      tests.every((test) => test(`${session.title} ${project.path}`.toLowerCase(), `${hash} ${session.id}`)),
    );
    const hits = hitRows(project, dialog);
    if (!isMeant && sessions.length + hits.length === 0) continue;
    first ??= rows.length + (isMeant ? 0 : 1);
    rows.push({ kind: "project", project });
    rows.push(
      ...sessions.map(({ session, hash }): ProjectRow => ({ kind: "session", project, session, hash })),
      ...hits,
    );
  }
  return { rows, first: first ?? 0 };
}

/** True where the word stands in the text, or begins one of the ids. */
function wordTest(word: string): (text: string, ids: string) => boolean {
  const fuzzy = fuzzyWord(word);
  const mayBeId = word.length >= idLengthMin;
  return (text, ids) =>
    fuzzyScore(text, fuzzy) !== Number.POSITIVE_INFINITY ||
    (mayBeId && ids.split(" ").some((id) => id.startsWith(word)));
}

function latestRows(project: ProjectSessions): ProjectRow[] {
  const sessions = project.sessions.slice(0, latestMax);
  return [
    { kind: "project", project },
    ...sessions.map(({ session, hash }): ProjectRow => ({ kind: "session", project, session, hash })),
  ];
}

function hitsOf(project: ProjectSessions, { said, filter }: ProjectsDialog): ProjectHits | undefined {
  if (said === null || said.query !== filter.text) return undefined;
  return said.found.find(({ projectPath }) => projectPath === project.path);
}

/** The projects in which what was said is not looked for, with the reason. */
export function notSearched({
  said,
  filter,
}: ProjectsDialog): readonly { readonly path: string; readonly why: string }[] {
  if (said === null || said.query !== filter.text) return [];
  return said.found.flatMap(({ projectPath: path, result, problem }) => {
    if (problem !== null) return [{ path, why: problem }];
    return result?.isIndexed === false ? [{ path, why: "it has no index yet; going there makes it." }] : [];
  });
}

/** Titles are found by the filter itself. */
function hitRows(project: ProjectSessions, dialog: ProjectsDialog): ProjectRow[] {
  const result = hitsOf(project, dialog)?.result ?? null;
  if (result === null) return [];
  return result.hits
    .filter(({ field }) => field !== "title")
    .slice(0, hitsMax)
    .map((hit) => ({ kind: "hit", project, hit, words: result.words }));
}

/** Where the row leads. */
export function targetOf(row: ProjectRow): ProjectTarget {
  const { path, dataDirectory } = row.project;
  switch (row.kind) {
    case "project":
      return { path, dataDirectory, sessionId: null, at: null };
    case "session":
      return { path, dataDirectory, sessionId: row.session.id, at: null };
    case "hit": {
      const { sessionId, messageId } = row.hit;
      return { path, dataDirectory, sessionId, at: messageId === null ? null : { messageId, words: row.words } };
    }
    default:
      return unreachable(row);
  }
}

/** 16 hex characters; null: the row is of no session. */
export function hashOf(row: ProjectRow): string | null {
  if (row.kind === "project") return null;
  return row.kind === "session" ? row.hash : row.hit.hash;
}
