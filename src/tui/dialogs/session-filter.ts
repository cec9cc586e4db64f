import type { SessionSummary } from "../../app/app.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { SessionId } from "../../schema/ids.ts";
import { parseQuery, type Qualifier, type QueryPart, type SearchQuery } from "../../schema/search-query.ts";
import { fuzzyScore, fuzzyWord, type FuzzyWord } from "../../term/fuzzy-score.ts";

export interface FilterContext {
  /** The sessions for which what only a search can tell holds: see searchedPart; null: it has not answered yet. */
  readonly searched: ReadonlySet<SessionId> | null;
  readonly isUnseen: (item: SessionSummary) => boolean;
  /** A command runs in it, or something in its background, whatever its turn does. */
  readonly runsCommand: (item: SessionSummary) => boolean;
  /** Prompts wait in it until a person says that they run. */
  readonly isPaused: (item: SessionSummary) => boolean;
}

type Test = (item: SessionSummary, context: FilterContext) => boolean;

/** A query of the picker: words, and what holds for every session shown. */
export interface SessionFilter {
  /** In lower case. */
  readonly words: readonly string[];
  /** All else of it that is understood, as it was typed. */
  readonly others: readonly string[];
  /** `is:archived` was asked for: else archived sessions are hidden. */
  readonly wantsArchived: boolean;
  readonly tests: readonly Test[];
  /** Of the tests those that a search knows nothing of: they hold for what was said as well. */
  readonly stateTests: readonly Test[];
  /** A sentence on what can't be understood (yet), such as `before:soon`, and is left out; null: nothing. */
  readonly problem: string | null;
}

const states: ReadonlyMap<string, Test> = new Map(
  Object.entries<Test>({
    running: (item, { runsCommand }) => item.state === "running" || item.state === "elsewhere" || runsCommand(item),
    waiting: ({ state }) => state === "waiting",
    idle: (item, { runsCommand }) => (item.state === "idle" || item.state === "unseen") && !runsCommand(item),
    elsewhere: ({ state }) => state === "elsewhere",
    unseen: (item, { isUnseen }) => item.state === "unseen" || isUnseen(item),
    paused: (item, { isPaused }) => isPaused(item),
    pinned: ({ isPinned }) => isPinned,
    archived: ({ isArchived }) => isArchived,
  }),
);

const isSearched: Test = ({ session }, { searched }) => searched?.has(session.id) === true;

/** What the lines of the list don't tell, or not as a search does. */
function isForSearch({ kind, name, value }: QueryPart): boolean {
  if (kind !== "qualifier") return false;
  return name === "file" || name === "model" || (name === "is" && value.toLowerCase() === "failed");
}

function partsOf(query: string): readonly QueryPart[] {
  // What a date means changes nothing in what the parts are.
  return parseQuery(query, { nowMs: 0, place: "list" }).parts;
}

/** The part of a query that the lines of the list don't tell, and a search does; "" where there is none. */
export function searchedPart(query: string): string {
  return partsOf(query)
    .filter(isForSearch)
    .map(({ raw }) => raw)
    .join(" ");
}

/** What of a query a search can answer: the list answers the rest, or leaves it out. */
export function searchableText(query: string): string {
  const parts = partsOf(query).filter(({ kind }) => kind === "term" || kind === "qualifier");
  const isOpen = /\S$/u.test(query);
  return parts.map(({ raw }) => raw).join(" ") + (isOpen ? "" : " ");
}

function bareWords(text: string): string {
  return foldText(text).replaceAll(/[^\p{L}\p{N}]+/gu, " ");
}

/** As a search does: signs between words do not count. */
function holdsPhrase(text: string, phrase: string): boolean {
  const words = bareWords(phrase).trim();
  return words === "" ? text.includes(phrase) : bareWords(text).includes(words);
}

function qualifierTest({ name, value }: Qualifier): Test | null {
  switch (name) {
    case "is":
      return states.get(value) ?? null;
    case "tag":
      return ({ tags }) => tags.some((tag) => tag.includes(value));
    case "branch":
      return ({ figures }) => (figures.branch ?? "").toLowerCase().includes(value);
    default:
      return null;
  }
}

function testsOfQualifiers(qualifiers: readonly Qualifier[]): Test[] {
  return qualifiers.flatMap((qualifier): Test[] => {
    const holds = qualifierTest(qualifier);
    if (holds === null) return [];
    return [qualifier.isNegated ? (item, context) => !holds(item, context) : holds];
  });
}

function testsOfTerms({ terms }: SearchQuery): Test[] {
  return terms
    .filter(({ kind, isNegated }) => isNegated || kind === "phrase")
    .map(({ text, isNegated }): Test => {
      return ({ session, tags }) => {
        const isThere = holdsPhrase(session.title, text) || (isNegated && tags.some((tag) => tag.startsWith(text)));
        return isThere !== isNegated;
      };
    });
}

function testsOfDates({ before, after }: SearchQuery): Test[] {
  const changedAt = ({ session }: SessionSummary): number => Math.max(session.updatedAt, session.createdAt);
  return [
    ...(before === null ? [] : [(item: SessionSummary) => changedAt(item) < before]),
    ...(after === null ? [] : [(item: SessionSummary) => changedAt(item) >= after]),
  ];
}

/** As a search does: what is unknown counts as nothing. */
function testsOfCosts({ costOver, costUnder }: SearchQuery): Test[] {
  return [
    ...(costOver === null ? [] : [({ figures }: SessionSummary) => (figures.costUsd ?? 0) > costOver]),
    ...(costUnder === null ? [] : [({ figures }: SessionSummary) => (figures.costUsd ?? 0) < costUnder]),
  ];
}

/** Understands as much of a query as can be. `nowMs`: what days are counted from. */
export function parseSessionFilter(query: string, nowMs: number): SessionFilter {
  const parsed = parseQuery(query.toLowerCase(), { nowMs, place: "list" });
  const { terms, qualifiers, parts, problem } = parsed;
  const ofList = new Set(parts.filter(({ kind }) => kind === "list-state").map(({ value }) => value));
  const isListState = ({ name, value }: Qualifier): boolean => name === "is" && ofList.has(value);
  const stateTests = testsOfQualifiers(qualifiers.filter(isListState));
  const archived = qualifiers.filter(({ name, isNegated }) => name === "is" && !isNegated);
  return {
    words: terms.filter(({ kind, isNegated }) => !isNegated && kind !== "phrase").map(({ text }) => text),
    others: parts.filter(isNoWord).map(({ raw }) => raw),
    wantsArchived: archived.some(({ value }) => value === "archived" || value === "all"),
    tests: [
      ...stateTests,
      ...testsOfQualifiers(qualifiers.filter((qualifier) => !isListState(qualifier))),
      ...testsOfTerms(parsed),
      ...testsOfDates(parsed),
      ...testsOfCosts(parsed),
      ...(parts.some(isForSearch) ? [isSearched] : []),
    ],
    stateTests,
    problem,
  };
}

function isNoWord({ kind, raw }: QueryPart): boolean {
  return kind === "qualifier" || kind === "list-state" || (kind === "term" && /^-|"/u.test(raw));
}

/** A word of a query, made ready for being looked for in many sessions. */
export interface SessionWord {
  readonly text: string;
  /** As the beginning of a tag; empty: it can't be one. */
  readonly tag: string;
  readonly fuzzy: FuzzyWord;
}

export function sessionWord(text: string): SessionWord {
  return { text, tag: text.replace(/^#/u, ""), fuzzy: fuzzyWord(foldText(text)) };
}

const idLengthMin = 3;

/**
 * How well all words match, lower is better; Infinity: one does not. Title, tags and ids are looked at, each by itself.
 * The title without case and accents is made for this look alone: kept for each of thousands, they would outlive their use.
 */
export function matchScore(item: SessionSummary, words: readonly SessionWord[]): number {
  const plainTitle = foldText(item.session.title);
  let total = 0;
  for (const word of words) {
    total += wordScore(item, plainTitle, word);
    // Of what was pasted the rest need not be looked for.
    if (total === Number.POSITIVE_INFINITY) return total;
  }
  return total;
}

function wordScore({ session, hash, tags }: SessionSummary, plainTitle: string, word: SessionWord): number {
  const { text, tag } = word;
  if (text.length >= idLengthMin && (hash.startsWith(text) || session.id.startsWith(text))) return -200;
  if (tag !== "" && tags.some((each) => each.startsWith(tag))) return -100;
  return fuzzyScore(plainTitle, word.fuzzy);
}

/**
 * Whether all that the longer query finds was found by the shorter one as well. A word finds fewer sessions the longer it
 * is, except where it becomes long enough for an id, or gets a first character behind `#`.
 */
export function narrows(shorter: SessionFilter, longer: SessionFilter): boolean {
  if (shorter.words.length === 0 || shorter.words.length > longer.words.length) return false;
  if (shorter.others.join(" ") !== longer.others.join(" ")) return false;
  const last = shorter.words.length - 1;
  return shorter.words.every((word, place) => {
    const grown = longer.words[place] ?? "";
    if (word === grown) return true;
    if (place < last || !grown.startsWith(word) || word === "#") return false;
    return word.length >= idLengthMin || grown.length < idLengthMin;
  });
}
