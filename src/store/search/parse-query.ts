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

const sessionStates = ["running", "waiting", "failed", "pinned", "archived"] as const;

export interface SearchQuery {
  readonly terms: readonly SearchTerm[];
  readonly qualifiers: readonly Qualifier[];
  /** Unix seconds; what matched was written before, or at or after it. */
  readonly before: number | null;
  readonly after: number | null;
  /** US$, children included. */
  readonly costOver: number | null;
  readonly costUnder: number | null;
  /** What was not understood, and is looked for as plain text. */
  readonly problem: string | null;
}

interface Draft {
  readonly terms: SearchTerm[];
  readonly qualifiers: Qualifier[];
  before: number | null;
  after: number | null;
  costOver: number | null;
  costUnder: number | null;
  problem: string | null;
}

const piece = /(?<minus>-?)(?:(?<name>[a-z]+):)?(?:"(?<phrase>[^"]*)(?<closed>"?)|(?<word>\S+))/gu;

/** Never throws: what makes no sense as a qualifier is a word, and `problem` says why. */
export function parseQuery(query: string, nowMs: number): SearchQuery {
  const draft: Draft = {
    terms: [],
    qualifiers: [],
    before: null,
    after: null,
    costOver: null,
    costUnder: null,
    problem: null,
  };
  for (const match of query.matchAll(piece)) {
    const { minus, name, phrase, word } = match.groups ?? {};
    const value = phrase ?? word ?? "";
    const isNegated = minus === "-";
    if (name !== undefined && takeQualifier(draft, { name, value, isNegated }, nowMs)) continue;
    const text = name === undefined ? value : `${name}:${value}`;
    if (text.trim() === "" || unfinished.test(text)) continue;
    const isLast = match.index + match[0].length === query.length;
    const kind = phrase === undefined ? (isLast ? "prefix" : "word") : "phrase";
    draft.terms.push({ text, kind, isNegated });
  }
  return draft;
}

/** Still being typed: it narrows nothing yet. */
const unfinished = /^(?:is|file|model|branch|tag|before|after|cost):$/u;

interface Piece {
  readonly name: string;
  readonly value: string;
  readonly isNegated: boolean;
}

/** False: it is none, or none that makes sense. */
function takeQualifier(draft: Draft, qualifier: Piece, nowMs: number): boolean {
  const { name, value } = qualifier;
  switch (name) {
    case "is":
      return takeState(draft, qualifier);
    case "file":
    case "model":
    case "branch":
    case "tag":
      if (value !== "") draft.qualifiers.push({ name, value, isNegated: qualifier.isNegated });
      return true;
    case "before":
    case "after":
      return takeDate(draft, name, parseDate(value, nowMs) ?? refuse(draft, `${name}:${value}`, dateHint));
    case "cost":
      return takeCost(draft, value);
    default:
      return false;
  }
}

const dateHint = "a date looks like 2026-08-31, 2026-08, today, yesterday or 7d";

function refuse(draft: Draft, what: string, hint: string): null {
  draft.problem = `${what} was looked for as text: ${hint}`;
  return null;
}

function takeState(draft: Draft, { value, isNegated }: Piece): boolean {
  if (sessionStates.some((state) => state === value)) {
    draft.qualifiers.push({ name: "is", value, isNegated });
    return true;
  }
  refuse(draft, `is:${value}`, `there are ${sessionStates.map((state) => `is:${state}`).join(", ")}`);
  return false;
}

function takeDate(draft: Draft, name: "before" | "after", seconds: number | null): boolean {
  if (seconds === null) return false;
  draft[name] = seconds;
  return true;
}

function takeCost(draft: Draft, value: string): boolean {
  const { sign, amount } = /^(?<sign>[<>])=?\$?(?<amount>\d+(?:\.\d*)?|\.\d+)$/u.exec(value)?.groups ?? {};
  if (sign === undefined) {
    refuse(draft, `cost:${value}`, "a cost looks like cost:>0.50 or cost:<2");
    return false;
  }
  draft[sign === ">" ? "costOver" : "costUnder"] = Number(amount);
  return true;
}

const secondsPerDay = 86_400;

/** The beginning of the day, month or year, in the person's time zone, as Unix seconds. */
function parseDate(value: string, nowMs: number): number | null {
  const today = new Date(nowMs);
  const midnight = (daysAgo: number): number =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysAgo).getTime() / 1000;
  if (value === "today") return midnight(0);
  if (value === "yesterday") return midnight(1);
  const ago = /^(?<days>\d{1,4})d$/u.exec(value)?.groups?.["days"];
  if (ago !== undefined) return Math.floor(nowMs / 1000) - Number(ago) * secondsPerDay;
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/u.exec(value);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() / 1000 : null;
}

export function hasQualifiers(query: SearchQuery): boolean {
  return query.qualifiers.length > 0 || query.costOver !== null || query.costUnder !== null;
}
