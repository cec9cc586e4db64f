import type { SessionSummary } from "../../app/app.ts";
import type { SessionId } from "../../schema/ids.ts";
import { fuzzyScore, fuzzyWord, type FuzzyWord } from "../../term/fuzzy-score.ts";

/** A query of the picker: words, and qualifiers that every session shown fulfils. */
export interface SessionFilter {
  readonly words: readonly string[];
  /** The qualifiers as they were typed; those that make no sense yet among them. */
  readonly qualifiers: readonly string[];
  /** `is:archived` was asked for: else archived sessions are hidden. */
  readonly wantsArchived: boolean;
  readonly tests: readonly ((item: SessionSummary, context: FilterContext) => boolean)[];
  /** A qualifier that can't be understood yet, such as `before:`; it filters nothing. */
  readonly problem: string | null;
  /** The query is longer than what of it is looked for. */
  readonly isCut: boolean;
}

export interface FilterContext {
  /** The sessions for which what only a search can tell holds: see searchedPart; null: it has not answered yet. */
  readonly searched: ReadonlySet<SessionId> | null;
  readonly isUnseen: (item: SessionSummary) => boolean;
  /** Prompts wait in it until a person says that they run. */
  readonly isPaused: (item: SessionSummary) => boolean;
}

const states: ReadonlyMap<string, (item: SessionSummary, context: FilterContext) => boolean> = new Map(
  Object.entries<(item: SessionSummary, context: FilterContext) => boolean>({
    running: ({ state }) => state === "running" || state === "elsewhere",
    waiting: ({ state }) => state === "waiting",
    failed: (item, context) => isSearched(item, context),
    idle: ({ state }) => state === "idle" || state === "unseen",
    elsewhere: ({ state }) => state === "elsewhere",
    unseen: (item, { isUnseen }) => item.state === "unseen" || isUnseen(item),
    paused: (item, { isPaused }) => isPaused(item),
    pinned: ({ isPinned }) => isPinned,
    archived: ({ isArchived }) => isArchived,
    all: () => true,
  }),
);

type Test = SessionFilter["tests"][number];

const isSearched: Test = ({ session }, { searched }) => searched?.has(session.id) === true;

/** Null: the value makes no sense (yet). */
const qualifiers: ReadonlyMap<string, (value: string) => Test | null> = new Map(
  Object.entries<(value: string) => Test | null>({
    file: (value) => (value === "" ? null : isSearched),
    is: (value) => states.get(value) ?? null,
    tag: (value) => (value === "" ? null : ({ tags }) => tags.some((tag) => tag.startsWith(value))),
    model: (value) => (value === "" ? null : ({ model }) => (model ?? "").toLowerCase().includes(value)),
    branch: (value) => (value === "" ? null : ({ figures }) => (figures.branch ?? "").toLowerCase().includes(value)),
    before: (value) => dayTest(value, (updated, start) => updated < start),
    after: (value) => dayTest(value, (updated, start) => updated >= start),
    cost: (value) => {
      const [, sign = "", amount = ""] = /^([<>]=?)?\$?(\d+(?:\.\d+)?)$/u.exec(value) ?? [];
      if (amount === "") return null;
      const limit = Number(amount);
      return ({ figures: { costUsd } }) =>
        costUsd !== null && (sign.startsWith("<") ? costUsd <= limit : costUsd >= limit);
    },
  }),
);

/** `2026-11-03`, `2026-11` or `2026`: from its first moment on, in this machine's time zone. */
function dayTest(value: string, holds: (updated: number, start: number) => boolean): Test | null {
  const [, year = "", month = "1", day = "1"] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/u.exec(value) ?? [];
  if (year === "") return null;
  const start = new Date(Number(year), Number(month) - 1, Number(day)).getTime() / 1000;
  return ({ session }) => holds(Math.max(session.updatedAt, session.createdAt), start);
}

/** The part of a query that the lines of the list don't tell, and a search does; "" where there is none. */
export function searchedPart(query: string): string {
  return query
    .toLowerCase()
    .split(/\s+/u)
    .filter((token) => /^(?:file:.|is:failed$)/u.test(token))
    .join(" ");
}

/** Of a query, which may have been pasted: each word is looked for in thousands of sessions. */
const queryLengthMax = 1000;
export const wordsMax = 30;

/** Understands as much of a query as can be; the rest are words. What is too long is cut. */
export function parseSessionFilter(query: string): SessionFilter {
  const words: string[] = [];
  const typed: string[] = [];
  const tests: Test[] = [];
  let wantsArchived = false;
  let problem: string | null = null;
  for (const token of query.slice(0, queryLengthMax).toLowerCase().split(/\s+/u)) {
    const [, name = "", value = ""] = /^([a-z]+):(.*)$/u.exec(token) ?? [];
    const make = qualifiers.get(name);
    if (make === undefined) {
      if (token !== "") words.push(token);
      continue;
    }
    typed.push(token);
    const test = make(value);
    if (test === null) problem = token;
    else tests.push(test);
    wantsArchived ||= name === "is" && (value === "archived" || value === "all");
  }
  const isCut = query.length > queryLengthMax || words.length > wordsMax;
  return { words: words.slice(0, wordsMax), qualifiers: typed, wantsArchived, tests, problem, isCut };
}

/** A word of a query, made ready for being looked for in many sessions. */
export interface SessionWord {
  readonly text: string;
  /** As the beginning of a tag; empty: it can't be one. */
  readonly tag: string;
  readonly fuzzy: FuzzyWord;
}

export function sessionWord(text: string): SessionWord {
  return { text, tag: text.replace(/^#/u, ""), fuzzy: fuzzyWord(text) };
}

const idLengthMin = 3;

/**
 * How well all words match, lower is better; Infinity: one does not. Title, tags and ids are looked at, each by itself.
 * The title in lower case is made for this look alone: kept for each of thousands, they would outlive their use.
 */
export function matchScore(item: SessionSummary, words: readonly SessionWord[]): number {
  const lowerTitle = item.session.title.toLowerCase();
  let total = 0;
  for (const word of words) {
    total += wordScore(item, lowerTitle, word);
    // Of what was pasted the rest need not be looked for.
    if (total === Number.POSITIVE_INFINITY) return total;
  }
  return total;
}

function wordScore({ session, hash, tags }: SessionSummary, lowerTitle: string, word: SessionWord): number {
  const { text, tag } = word;
  if (text.length >= idLengthMin && (hash.startsWith(text) || session.id.startsWith(text))) return -200;
  if (tag !== "" && tags.some((each) => each.startsWith(tag))) return -100;
  return fuzzyScore(lowerTitle, word.fuzzy);
}

/**
 * Whether all that the longer query finds was found by the shorter one as well. A word finds fewer sessions the longer it
 * is, except where it becomes long enough for an id, or gets a first character behind `#`.
 */
export function narrows(shorter: SessionFilter, longer: SessionFilter): boolean {
  if (shorter.words.length === 0 || shorter.words.length > longer.words.length) return false;
  if (shorter.qualifiers.join(" ") !== longer.qualifiers.join(" ")) return false;
  const last = shorter.words.length - 1;
  return shorter.words.every((word, place) => {
    const grown = longer.words[place] ?? "";
    if (word === grown) return true;
    if (place < last || !grown.startsWith(word) || word === "#") return false;
    return word.length >= idLengthMin || grown.length < idLengthMin;
  });
}
