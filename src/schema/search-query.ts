/** What one types to find sessions, the same in the list of sessions and in `crush session search`. */
import { closestName } from "../lib/closest-name.ts";
import { dateHint, parseQueryDate } from "./query-date.ts";

export interface SearchTerm {
  readonly text: string;
  /** `prefix`: the last word, which may be unfinished. */
  readonly kind: "word" | "prefix" | "phrase";
  readonly isNegated: boolean;
}

export type QualifierName = "is" | "file" | "model" | "branch" | "tag";

export interface Qualifier {
  readonly name: QualifierName;
  readonly value: string;
  readonly isNegated: boolean;
}

/** Where it is asked: the list knows states of its window, and one sees there what is being typed. */
export type QueryPlace = "search" | "list";

const storedStates: readonly string[] = ["running", "waiting", "failed", "pinned", "archived"];
const listStates: readonly string[] = ["unseen", "paused", "idle", "elsewhere", "all"];

const qualifierNames: readonly string[] = ["is", "file", "model", "branch", "tag", "before", "after", "cost"];

/** A piece of the query as it was typed. */
export interface QueryPart {
  readonly raw: string;
  /** `list-state`: only the list knows it. `refused`: it makes no sense (yet), and `problem` says why. */
  readonly kind: "term" | "qualifier" | "list-state" | "refused";
  /** Of a qualifier; "" else. */
  readonly name: string;
  readonly value: string;
}

export interface SearchQuery {
  readonly terms: readonly SearchTerm[];
  readonly qualifiers: readonly Qualifier[];
  /** Unix seconds; what matched was written before, or at or after it. */
  readonly before: number | null;
  readonly after: number | null;
  /** US$, children included. */
  readonly costOver: number | null;
  readonly costUnder: number | null;
  readonly parts: readonly QueryPart[];
  /** A sentence on what was not understood: the list leaves it out, the search looks for it as plain text. Null: nothing. */
  readonly problem: string | null;
}

export interface QueryContext {
  readonly nowMs: number;
  readonly place: QueryPlace;
}

interface Draft {
  readonly context: QueryContext;
  readonly terms: SearchTerm[];
  readonly qualifiers: Qualifier[];
  readonly parts: QueryPart[];
  before: number | null;
  after: number | null;
  costOver: number | null;
  costUnder: number | null;
  problem: string | null;
}

interface Piece {
  readonly raw: string;
  /** Without a minus and quotes. */
  readonly text: string;
  /** What stands before a colon, in lower case; "": nothing does. */
  readonly name: string;
  readonly value: string;
  readonly isNegated: boolean;
  readonly isPhrase: boolean;
}

/** What of a text that was pasted is looked for: each word costs a look at thousands of sessions. */
const queryLengthMax = 1000;
const termsMax = 30;

const piece = /(?<minus>-?)(?:(?<name>[A-Za-z]+):)?(?:"(?<phrase>[^"]*)(?<closed>"?)|(?<word>\S+))/gu;
/** Still being typed: it narrows nothing yet. */
const unfinished = /^(?:is|file|model|branch|tag|before|after|cost):$/iu;

/** Never throws. */
export function parseQuery(query: string, context: QueryContext): SearchQuery {
  const draft: Draft = {
    context,
    terms: [],
    qualifiers: [],
    parts: [],
    before: null,
    after: null,
    costOver: null,
    costUnder: null,
    problem: null,
  };
  const text = query.slice(0, queryLengthMax);
  for (const match of text.matchAll(piece)) {
    takePiece(draft, pieceOf(match), { isLast: match.index + match[0].length === text.length });
  }
  const { qualifiers, before, after, costOver, costUnder, parts } = draft;
  const cut = cutOf(query, draft);
  const terms = draft.terms.slice(0, termsMax);
  return { terms, qualifiers, before, after, costOver, costUnder, parts, problem: draft.problem ?? cut };
}

/** What is told of a text that is too long; null: it is not. */
function cutOf(query: string, { terms }: Draft): string | null {
  const part =
    terms.length > termsMax
      ? `${String(termsMax)} words`
      : query.length > queryLengthMax
        ? `${String(queryLengthMax)} characters`
        : null;
  return part === null ? null : `of so long a text only the first ${part} are looked for`;
}

function pieceOf(match: RegExpMatchArray): Piece {
  const { minus, name, phrase, word } = match.groups ?? {};
  const value = phrase ?? word ?? "";
  return {
    raw: match[0],
    text: name === undefined ? value : `${name}:${value}`,
    name: name?.toLowerCase() ?? "",
    value,
    isNegated: minus === "-",
    isPhrase: phrase !== undefined,
  };
}

function takePiece(draft: Draft, taken: Piece, { isLast }: { readonly isLast: boolean }): void {
  const { raw, text, name, value, isNegated, isPhrase } = taken;
  const kind = name === "" ? "term" : takeQualifier(draft, taken);
  const isQuoted = isPhrase && name === "";
  if (text.trim() === "" || (!isQuoted && unfinished.test(text))) return;
  draft.parts.push({ raw, kind, name, value });
  const isText = kind === "term" || (kind === "refused" && draft.context.place === "search");
  if (isText) draft.terms.push({ text, kind: isPhrase ? "phrase" : isLast ? "prefix" : "word", isNegated });
}

function takeQualifier(draft: Draft, taken: Piece): QueryPart["kind"] {
  const { name, value, isNegated } = taken;
  if (value === "") return "term";
  switch (name) {
    case "is":
      return takeState(draft, taken);
    case "file":
    case "model":
    case "branch":
    case "tag":
      draft.qualifiers.push({ name, value, isNegated });
      return "qualifier";
    case "before":
    case "after":
      return takeDate(draft, taken);
    case "cost":
      return takeCost(draft, taken);
    default:
      nameUnknown(draft, taken);
      return "term";
  }
}

function refuse(draft: Draft, { raw }: Piece, hint: string): "refused" {
  const fate = draft.context.place === "list" ? "is left out" : "was looked for as text";
  draft.problem = `${raw} ${fate}: ${hint}`;
  return "refused";
}

/** Code has colons, too: only what is nearly a qualifier is told of. */
function nameUnknown(draft: Draft, { raw, name, value }: Piece): void {
  if (name.length < 3 || /^[:/]/u.test(value)) return;
  const guess = closestName(name, qualifierNames);
  if (guess === undefined || !guess.startsWith(name.charAt(0))) return;
  draft.problem = `${raw} was looked for as text: there is no ${name}:, but ${guess}:`;
}

function takeState(draft: Draft, taken: Piece): QueryPart["kind"] {
  const { isNegated } = taken;
  const value = taken.value.toLowerCase();
  const isOfList = listStates.includes(value);
  if (storedStates.includes(value) || (isOfList && draft.context.place === "list")) {
    draft.qualifiers.push({ name: "is", value, isNegated });
    return isOfList ? "list-state" : "qualifier";
  }
  if (isOfList) return refuse(draft, taken, "the list of sessions alone knows it");
  const known = draft.context.place === "list" ? [...storedStates, ...listStates] : storedStates;
  const guess = closestName(value, known);
  const all = `there are ${known.map((state) => `is:${state}`).join(", ")}`;
  return refuse(draft, taken, guess === undefined ? all : `there is is:${guess}`);
}

/** The opposite of before a moment is from it on. */
function takeDate(draft: Draft, taken: Piece): QueryPart["kind"] {
  const seconds = parseQueryDate(taken.value, draft.context.nowMs);
  if (seconds === null) return refuse(draft, taken, dateHint);
  const isBefore = (taken.name === "before") !== taken.isNegated;
  if (isBefore) draft.before = Math.min(seconds, draft.before ?? Number.POSITIVE_INFINITY);
  else draft.after = Math.max(seconds, draft.after ?? Number.NEGATIVE_INFINITY);
  return "qualifier";
}

const costHint = "a cost looks like cost:>0.50 or cost:<2";

function takeCost(draft: Draft, taken: Piece): QueryPart["kind"] {
  const { sign, amount } = /^(?<sign>[<>])\$?(?<amount>\d+(?:\.\d*)?|\.\d+)$/u.exec(taken.value)?.groups ?? {};
  if (sign === undefined || taken.isNegated) return refuse(draft, taken, costHint);
  const limit = Number(amount);
  if (sign === ">") draft.costOver = Math.max(limit, draft.costOver ?? 0);
  else draft.costUnder = Math.min(limit, draft.costUnder ?? Number.POSITIVE_INFINITY);
  return "qualifier";
}
