import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { messagesAround } from "../store/message-pages.ts";
import type { FoundHits } from "../store/search/search-messages.ts";
import type { Context } from "./context.ts";
import { searchOtherProjects } from "./search-projects.ts";
import type { ProjectHits, SearchOptions, SearchResult, SessionSearch } from "./search.ts";

const defaultLimit = 50;
/** What is written within this time goes into the index together. */
const gatherMs = 500;

type FinderContext = Pick<Context, "config" | "store" | "shortId" | "search" | "events" | "clock">;

/** Searching, and telling the index what was written here. */
export class SessionFinder implements SessionSearch {
  readonly #context: FinderContext;
  readonly #listeners = new Set<() => void>();
  #changed = new Set<MessageId>();
  #cancelFeed: (() => void) | null = null;
  #isKept = false;
  /** What somebody types is looked for in the other projects: one search at a time. */
  #typed = new AbortController();
  #typedEnded: Promise<void> = Promise.resolve();

  constructor(context: FinderContext) {
    this.#context = context;
    context.events.watch((event) => {
      this.#follow(event);
    });
    context.search.onCaughtUp = () => {
      for (const listener of this.#listeners) listener();
    };
  }

  async find(query: string, options: SearchOptions = {}): Promise<SearchResult | null> {
    const { limit = defaultLimit, except, knowsTitles = false, signal, isPatient = false, onFirst } = options;
    const { search } = this.#context;
    if (!isPatient) this.keepIndexed();
    const found = await search.find({
      text: query,
      limit,
      isPatient,
      knowsTitles,
      ...(except === undefined ? {} : { except }),
      ...(signal === undefined ? {} : { signal }),
      ...(onFirst === undefined
        ? {}
        : {
            onFirst: (first: FoundHits): void => {
              onFirst(this.#withHashes(first));
            },
          }),
    });
    return found === null ? null : this.#withHashes(found);
  }

  #withHashes(found: FoundHits): SearchResult {
    const { shortId } = this.#context;
    return { ...found, hits: found.hits.map((hit) => ({ ...hit, hash: shortId(hit.sessionId) })) };
  }

  async findInAllProjects(query: string, options: SearchOptions = {}): Promise<readonly ProjectHits[]> {
    const { config } = this.#context;
    const own = await this.find(query, { ...options, isPatient: true });
    const here = { projectPath: config.projectRoot, result: own, problem: null };
    if (own === null) return [here];
    const found: ProjectHits[] = [here];
    await searchOtherProjects(this.#context, query, {
      ...options,
      limit: options.limit ?? defaultLimit,
      isGuest: false,
      onFound: (hits) => found.push(hits),
    });
    return found;
  }

  async findInOtherProjects(query: string, onFound: (hits: ProjectHits) => void): Promise<void> {
    this.#typed.abort();
    this.#typed = new AbortController();
    const { signal } = this.#typed;
    const before = this.#typedEnded;
    const search = async (): Promise<void> => {
      await before;
      if (query.trim() === "") return;
      await searchOtherProjects(this.#context, query, {
        limit: defaultLimit,
        isGuest: true,
        signal,
        onFound: (hits) => {
          if (!signal.aborted) onFound(hits);
        },
      });
    };
    const ended = search();
    this.#typedEnded = ended.catch(() => undefined);
    await ended;
  }

  around(sessionId: SessionId, messageId: MessageId, limit: number): ReturnType<SessionSearch["around"]> {
    return this.#context.store.read((handle) => messagesAround(handle, { sessionId, messageId, limit }));
  }

  keepIndexed(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    this.#context.search.catchUp();
  }

  onIndexed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Until the index is kept up, nothing is noted: catching up finds it. */
  #follow(event: SessionEvent): void {
    if (!this.#isKept) return;
    switch (event.type) {
      case "message-created":
      case "message-updated":
        this.#changed.add(event.message.id);
        break;
      case "message-deleted":
        this.#changed.add(event.messageId);
        break;
      case "file-changed":
        break;
      default:
        return;
    }
    this.#cancelFeed ??= this.#context.clock.after(gatherMs, () => {
      this.#feed();
    });
  }

  #feed(): void {
    this.#cancelFeed = null;
    const messageIds = [...this.#changed];
    this.#changed = new Set();
    this.#context.search.messagesChanged(messageIds);
  }

  /** Ends the threads; what was not told to it is found when it catches up next. */
  async close(): Promise<void> {
    this.#cancelFeed?.();
    this.#typed.abort();
    await this.#typedEnded;
    await this.#context.search.close();
  }
}
