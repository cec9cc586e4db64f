import { asSessionId } from "../../schema/ids.ts";
import type { MessageId, SessionId } from "../../schema/ids.ts";
import type { MatchRange } from "../../schema/match-range.ts";
import type { ReadHandle } from "../handle.ts";
import { getMessage } from "../messages.ts";
import { parentColumn } from "../session-row.ts";
import { buried } from "../tombstones.ts";
import { hasUnspaced } from "./index-words.ts";
import { countingTerms, openExpression, promptExpression, wordExpression } from "./match-expression.ts";
import type { IndexExpression, OpenExpression } from "./match-expression.ts";
import { findMatches, holdsBeginning, holdsPromptTerms, holdsTerms, snippetOf } from "./match-text.ts";
import { mayHoldTerms } from "./may-hold-terms.ts";
import { bestText, textsOfMessage } from "./message-text.ts";
import type { MessageText } from "./message-text.ts";
import type { SearchQuery, SearchTerm } from "../../schema/search-query.ts";
import { pathsLike } from "./paths-like.ts";
import { hasQualifiers, qualifyingSessions } from "./qualify-sessions.ts";
import type { SearchFile } from "./search-file.ts";

export interface FoundHit {
  readonly sessionId: SessionId;
  readonly title: string;
  readonly field: "title" | "path" | MessageText["field"];
  readonly messageId: MessageId | null;
  readonly atSeconds: number;
  readonly snippet: string;
  readonly ranges: readonly MatchRange[];
  /** Of a session below another one. */
  readonly isChild: boolean;
}

export interface HitRequest {
  readonly query: SearchQuery;
  readonly limit: number;
  /** Nothing of this session is found; null: all are looked into. */
  readonly except: SessionId | null;
  /** Top-level sessions are not found by their titles, which the one who asks knows. */
  readonly knowsTitles: boolean;
}

export interface HitSources {
  /** As `readSessions` reads them. */
  readonly sessions: ReadonlyMap<SessionId, SearchedSession>;
  /** Null: there is none (yet); titles and paths are found all the same. */
  readonly index: SearchFile | null;
  readonly handle: ReadHandle;
  /** False: nobody waits for the answer any more. */
  readonly isWanted: () => boolean;
  /** Called once, with what was found when the first of several shards has given something. */
  readonly onFirst: (hits: readonly FoundHit[]) => void;
}

/** Titles, those of sessions below others last, then messages, then paths; one more than asked for tells that there are more. */
export function findHits(sources: HitSources, request: HitRequest): readonly FoundHit[] {
  const { query } = request;
  const search = new HitSearch(sources, request);
  search.addTitles();
  if (query.terms.some((term) => !term.isNegated)) {
    search.addMessages();
    search.addPaths();
  }
  return search.hits;
}

export interface SearchedSession {
  readonly id: SessionId;
  readonly title: string;
  readonly updatedAt: number;
  readonly parentId: SessionId | null;
}

/** How many rows of the index are looked at in one go. */
const pageSize = 50;
/** Each go asks the index anew, which costs as much as reading many messages. */
const pageSizeMax = 1600;
/** Messages that were read in vain; what was found until then is told. */
const patience = 200;
/**
 * Messages without a word that begins like the unfinished one. So many of them tell that such words are rare, and rare
 * ones are quickly found by the index.
 */
const vainMax = 40;

interface ShardPlace {
  readonly index: SearchFile;
  readonly shard: number;
  readonly sessions: readonly number[] | null;
}

/** Of a message's text: whether it is what was looked for. */
type TextCheck = (text: string) => boolean;

interface Doubts {
  readonly check: TextCheck;
  /** Of a message's parts as they lie in the database; false: they do not hold it. */
  readonly mayHold: TextCheck | null;
}

interface CheckedExpression {
  readonly expression: IndexExpression;
  readonly doubts: Doubts | null;
}

/** Null: the index has no doubts. */
function checkOf(expression: IndexExpression | null, terms: readonly SearchTerm[]): TextCheck | null {
  const counting = countingTerms(terms);
  if (expression === null || expression.words === null) return (text) => holdsPromptTerms(text, counting);
  const unspaced = counting.filter((term) => hasUnspaced(term.text));
  return unspaced.length === 0 ? null : (text) => holdsTerms(text, unspaced);
}

function holdsOpenTerm(text: string, term: SearchTerm): boolean {
  return hasUnspaced(term.text) ? holdsTerms(text, [term]) : holdsBeginning(text, term);
}

/** What words cannot tell of prompts; null: nothing that pieces could. */
function checkedPrompts(terms: readonly SearchTerm[]): CheckedExpression | null {
  const pieces = promptExpression(terms);
  if (pieces === null) return null;
  const expression = { words: null, pieces };
  return { expression, doubts: doubtsOf(checkOf(expression, terms), mayHoldTerms(countingTerms(terms))) };
}

function doubtsOf(check: TextCheck | null, mayHold: TextCheck | null = null): Doubts | null {
  return check === null ? null : { check, mayHold };
}

class HitSearch {
  readonly hits: FoundHit[] = [];
  readonly #sources: HitSources;
  readonly #request: HitRequest;
  readonly #sessions: ReadonlyMap<SessionId, SearchedSession>;
  readonly #allowed: ReadonlySet<SessionId> | null;
  readonly #messages = new Set<MessageId>();
  #vain = 0;
  #readInVain = 0;
  /** Of the hits: the first one of the shard that is looked into. */
  #shardStart = 0;
  #hasTold = false;

  constructor(sources: HitSources, request: HitRequest) {
    this.#sources = sources;
    this.#request = request;
    this.#sessions = sources.sessions;
    this.#allowed = hasQualifiers(request.query) ? qualifyingSessions(sources, request.query) : null;
  }

  addTitles(): void {
    const { terms } = this.#request.query;
    if (terms.length === 0 && !hasQualifiers(this.#request.query) && !this.#hasTimes()) return;
    // Nothing is looked for: what is left of all sessions is listed, as the list of sessions does.
    const isListing = !terms.some((term) => !term.isNegated);
    const isNamed = ({ title }: SearchedSession): boolean => holdsTerms(title, terms);
    if (!this.#request.knowsTitles) this.#addSessions((session) => session.parentId === null && isNamed(session));
    if (!isListing) this.#addSessions((session) => isChild(session) && isNamed(session));
  }

  #addSessions(isFound: (session: SearchedSession) => boolean): void {
    const { terms } = this.#request.query;
    for (const session of this.#sessions.values()) {
      if (this.#isFull()) return;
      if (!isFound(session) || !this.#isAllowed(session.id) || !this.#isInTime(session.updatedAt)) continue;
      this.hits.push({
        sessionId: session.id,
        title: session.title,
        field: "title",
        messageId: null,
        atSeconds: session.updatedAt,
        snippet: session.title,
        ranges: findMatches(session.title, terms),
        isChild: session.parentId !== null,
      });
    }
  }

  /** Shard by shard, so that the newest are there before the oldest have been looked at. */
  addMessages(): void {
    const { index } = this.#sources;
    if (index === null) return;
    const { terms } = this.#request.query;
    const words = wordExpression(terms);
    const prompts = words?.words === null ? null : checkedPrompts(terms);
    const wanted = this.#wantedSessions();
    const sessions = wanted === null ? null : index.numbersOf(wanted);
    const { after } = this.#request.query;
    for (const { number: shard, newestAt } of index.shards()) {
      if (after !== null && newestAt < after) return;
      this.#shardStart = this.hits.length;
      const place = { index, shard, sessions };
      if (words !== null) this.#addWords(place, words);
      if (prompts !== null) this.#addFrom(place, prompts);
      const inOrder = this.#inOrder();
      this.hits.splice(0, this.hits.length, ...inOrder);
      if (this.#isDone()) return;
      this.#tellFirst();
    }
  }

  #tellFirst(): void {
    if (this.#hasTold || this.hits.length === 0) return;
    this.#hasTold = true;
    this.#sources.onFirst(this.#inOrder());
  }

  /** The newest of a shard first. */
  #inOrder(): readonly FoundHit[] {
    const found = this.hits.slice(this.#shardStart).toSorted((left, right) => right.atSeconds - left.atSeconds);
    return [...this.hits.slice(0, this.#shardStart), ...found];
  }

  #noteVain(): void {
    this.#readInVain += 1;
    if (this.#readInVain % patience === 0 && this.hits.length > this.#shardStart) this.#tellFirst();
  }

  #addWords(place: ShardPlace, expression: IndexExpression): void {
    const { terms } = this.#request.query;
    const open = openExpression(terms);
    const before = open === null ? Number.MAX_SAFE_INTEGER : this.#addOpen(place, open);
    const doubts = doubtsOf(checkOf(expression, terms));
    if (before !== null) this.#addFrom({ ...place, before }, { expression, doubts });
  }

  /** Returns where the index has to be asked for the unfinished word from; null: nowhere. */
  #addOpen(place: ShardPlace, { expression, others, open }: OpenExpression): number | null {
    let before = Number.MAX_SAFE_INTEGER;
    const check = checkOf(expression, others);
    const checkOpen: TextCheck = (text) => {
      if (check?.(text) !== false && open.every((term) => holdsOpenTerm(text, term))) return true;
      this.#vain += 1;
      return false;
    };
    while (this.#vain < vainMax) {
      const page = place.index.matchesIn(place.shard, { ...place, expression, before, limit: pageSize });
      for (const { number, messageId } of page) {
        if (this.#isDone()) return null;
        if (this.#vain >= vainMax) return before;
        before = number;
        this.#addMessage(messageId, { check: checkOpen, mayHold: null });
      }
      if (page.length < pageSize) return null;
    }
    return before;
  }

  #addFrom(place: ShardPlace & { readonly before?: number }, { expression, doubts }: CheckedExpression): void {
    const { index, shard, sessions } = place;
    let { before = Number.MAX_SAFE_INTEGER } = place;
    for (let limit = pageSize; !this.#isDone(); limit = Math.min(limit * 2, pageSizeMax)) {
      const page = index.matchesIn(shard, { expression, before, sessions, limit });
      for (const { number, messageId } of page) {
        before = number;
        if (this.#isDone()) return;
        this.#addMessage(messageId, doubts);
      }
      if (page.length < limit) return;
    }
  }

  #addMessage(messageId: MessageId, doubts: Doubts | null): void {
    if (this.#messages.has(messageId)) return;
    if (this.#hasTimes() && !this.#isInTime(timeOf(this.#sources.handle, messageId))) return;
    if (!this.#mayHold(messageId, doubts)) {
      this.#noteVain();
      return;
    }
    const message = getMessage(this.#sources.handle, messageId);
    if (message === null) return;
    const session = this.#sessions.get(message.sessionId);
    if (session === undefined) return;
    const { terms } = this.#request.query;
    const texts = textsOfMessage(message.role, message.parts);
    if (doubts?.check(texts.map(({ text }) => text).join("\n")) === false) {
      this.#noteVain();
      return;
    }
    this.#messages.add(messageId);
    const { field, text } = bestText(texts, terms);
    const snippet = snippetOf(text, findMatches(text, terms));
    this.hits.push({
      sessionId: session.id,
      title: session.title,
      field,
      messageId,
      atSeconds: message.createdAt,
      snippet: snippet.text,
      ranges: snippet.ranges,
      isChild: session.parentId !== null,
    });
  }

  /** Most of what the pieces of common words are found in does not hold them together, and is not read any further. */
  #mayHold(messageId: MessageId, doubts: Doubts | null): boolean {
    const mayHold = doubts?.mayHold ?? null;
    if (mayHold === null) return true;
    const row = this.#sources.handle.get("select parts from messages where id = ?", [messageId]);
    return mayHold(String(row?.["parts"]));
  }

  addPaths(): void {
    const { terms } = this.#request.query;
    const [term] = terms;
    if (term === undefined || terms.length > 1 || this.#isDone()) return;
    const { before, after } = this.#request.query;
    const request = {
      text: term.text,
      sessions: this.#wantedSessions(),
      before,
      after,
      limit: this.#request.limit + 1,
    };
    for (const { sessionId, path } of pathsLike(this.#sources.handle, request)) {
      const session = this.#sessions.get(sessionId);
      if (this.#isFull()) return;
      if (session === undefined) continue;
      this.hits.push({
        sessionId,
        title: session.title,
        field: "path",
        messageId: null,
        atSeconds: session.updatedAt,
        snippet: path,
        ranges: findMatches(path, terms),
        isChild: session.parentId !== null,
      });
    }
  }

  /** Asked between two messages, so that a newer query waits for hardly more than one look into the index. */
  #isDone(): boolean {
    return this.#isFull() || !this.#sources.isWanted();
  }

  #isFull(): boolean {
    return this.hits.length > this.#request.limit;
  }

  /** What is said of a session holds for its children too. */
  #isAllowed(sessionId: SessionId): boolean {
    if (sessionId === this.#request.except) return false;
    if (this.#allowed === null) return true;
    let id: SessionId | null = sessionId;
    for (let depth = 0; id !== null && depth < 100; depth += 1) {
      if (this.#allowed.has(id)) return true;
      id = this.#sessions.get(id)?.parentId ?? null;
    }
    return false;
  }

  /** With their children; null: all. */
  #wantedSessions(): ReadonlySet<SessionId> | null {
    if (this.#allowed === null && this.#request.except === null) return null;
    return new Set([...this.#sessions.keys()].filter((id) => this.#isAllowed(id)));
  }

  #hasTimes(): boolean {
    const { before, after } = this.#request.query;
    return before !== null || after !== null;
  }

  #isInTime(seconds: number): boolean {
    const { before, after } = this.#request.query;
    return (before === null || seconds < before) && (after === null || seconds >= after);
  }
}

/** Crush once kept titles in sessions of their own. */
function isChild({ id, parentId }: SearchedSession): boolean {
  return parentId !== null && id !== `title-${parentId}`;
}

/** Without its parts, which may be long. */
function timeOf(handle: ReadHandle, messageId: MessageId): number {
  return Number(handle.get("select created_at from messages where id = ?", [messageId])?.["created_at"] ?? 0);
}

/** All that are there, the last changed first. */
export function readSessions(handle: ReadHandle): ReadonlyMap<SessionId, SearchedSession> {
  const rows = handle.all(
    `select id, title, updated_at, ${parentColumn} from sessions where id not in ${buried} order by updated_at desc`,
  );
  return new Map(
    rows.map((row) => {
      const parent = row["parent_session_id"];
      const id = asSessionId(String(row["id"]));
      const parentId = typeof parent === "string" && parent !== "" ? asSessionId(parent) : null;
      return [id, { id, title: String(row["title"]), updatedAt: Number(row["updated_at"]), parentId }];
    }),
  );
}
