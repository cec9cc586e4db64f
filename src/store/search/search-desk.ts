import type { Clock } from "../../lib/clock.ts";
import type { MessageId, SessionId } from "../../schema/ids.ts";
import { countSession, listStaleSums } from "../count-session.ts";
import { sumOfSessions } from "../change-marks.ts";
import { putCounts } from "../session-sums.ts";
import type { ReadHandle } from "../handle.ts";
import type { Store } from "../store.ts";
import { catchUp, indexMessages } from "./catch-up.ts";
import { findHits, readSessions } from "./find-hits.ts";
import type { FoundHit, SearchedSession } from "./find-hits.ts";
import { foundHits } from "./found-hits.ts";
import { parseQuery } from "../../schema/search-query.ts";
import { isDamage, isNotWritable, NewerIndexError, removeIndex } from "./prepare-search-file.ts";
import { SearchFile } from "./search-file.ts";
import type { FoundHits, SearchRequest } from "./search-messages.ts";

export interface SearchDeskOptions {
  readonly store: Store;
  readonly indexPath: string;
  readonly clock: Clock;
  /** Characters of text in a shard; tests take small ones. */
  readonly shardSize?: number;
  /** Characters of text in a transaction. */
  readonly batchSize?: number;
  /** Everything was in the index when another desk was closed. Default: no. */
  readonly isCaughtUp?: boolean;
  /** Nobody waits for the answer any more. */
  readonly isGivenUp: (request: FindRequest) => boolean;
  /** Lets messages in. */
  readonly pause: () => Promise<void>;
  readonly onTrouble: (reason: string) => void;
}

/** All sessions, as queries need them. */
interface KeptSessions {
  /** Of the database when they were last found to be right. */
  readonly version: number;
  readonly count: number;
  readonly updatedSum: number;
  /** The last changed first. */
  readonly rows: ReadonlyMap<SessionId, SearchedSession>;
  /** None was changed in the second of the reading: the sum tells of each change since. */
  readonly isSettled: boolean;
}

/** Times of sessions are whole seconds. */
const settledSeconds = 2;

const muchLength = 4 * 1024 * 1024;

type FindRequest = Extract<SearchRequest, { kind: "find" }>;

/**
 * The work of the thread: the index is opened when it is first needed, made anew where it is damaged or was replaced, and
 * written by one job at a time, between which queries are answered.
 */
export class SearchDesk {
  readonly #options: SearchDeskOptions;
  #index: SearchFile | null = null;
  #sessions: KeptSessions | null = null;
  /** A newer program's index is left alone, and one that can't be written is no use. */
  #isBarred = false;
  #isClosed = false;
  #isCaughtUp: boolean;
  #writtenLength = 0;
  #jobs: Promise<unknown> = Promise.resolve();

  constructor(options: SearchDeskOptions) {
    this.#options = options;
    this.#isCaughtUp = options.isCaughtUp ?? false;
  }

  /** Much was read and indexed, and took memory that only a new thread does not have. */
  get hasWrittenMuch(): boolean {
    return this.#writtenLength > muchLength;
  }

  /** False: something that was written long ago may be missing. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** Resolves to true when all is in the index and counted. Never rejects. */
  catchUp(): Promise<boolean> {
    return this.#enqueue(async () => {
      const isDone = await this.#withIndex(async (index) => {
        const isUp = await catchUp({ ...this.#ports(), index });
        if (isUp) await index.tidy();
        return isUp;
      });
      this.#isCaughtUp = isDone === true;
      await this.#countStale();
      return this.#isCaughtUp;
    });
  }

  messagesChanged(messageIds: readonly MessageId[]): Promise<boolean> {
    return this.#enqueue(async () => {
      await this.#withIndex(async (index) => indexMessages({ ...this.#ports(), index }, messageIds));
      await this.#countStale();
      return true;
    });
  }

  /**
   * Null: it was given up. `onFirst` is called with the first hits, where there are more shards to look into.
   * Rejects with the driver's errors.
   */
  async find(request: FindRequest, onFirst: (first: FoundHits) => void = () => undefined): Promise<FoundHits | null> {
    const { store, clock, isGivenUp } = this.#options;
    if (isGivenUp(request)) return null;
    if (request.isPatient) await this.catchUp();
    const query = parseQuery(request.text, { nowMs: clock.nowMs(), place: "search" });
    const isWanted = (): boolean => !isGivenUp(request);
    const resultOf = (hits: readonly FoundHit[]): FoundHits =>
      foundHits(hits, { query, limit: request.limit, isIndexed: this.#isCaughtUp });
    const tellFirst = (hits: readonly FoundHit[]): void => {
      onFirst({ ...resultOf(hits), isComplete: false });
    };
    const version = store.foreignVersion();
    const search = (index: SearchFile | null): readonly FoundHit[] =>
      store.read((handle) =>
        findHits(
          { index, handle, isWanted, onFirst: tellFirst, sessions: this.#readSessions(handle, version) },
          { query, limit: request.limit, except: request.except ?? null, knowsTitles: request.knowsTitles === true },
        ),
      );
    const hits = await this.#searchAnyway(search);
    if (!isWanted()) return null;
    return resultOf(hits);
  }

  /** Read anew where a session was made, changed or deleted: what streams into messages changes none. */
  #readSessions(handle: ReadHandle, version: number): KeptSessions["rows"] {
    const known = this.#sessions;
    if (known?.version === version) return known.rows;
    const { count, updatedSum } = sumOfSessions(handle);
    const isSame = known !== null && known.isSettled && known.count === count && known.updatedSum === updatedSum;
    const rows = isSame ? known.rows : readSessions(handle);
    const [newest] = rows.values();
    const ageSeconds = this.#options.clock.nowMs() / 1000 - (newest?.updatedAt ?? 0);
    this.#sessions = { version, count, updatedSum, rows, isSettled: isSame || ageSeconds >= settledSeconds };
    return rows;
  }

  /** Where the index is damaged, titles and paths are found, and a new one is made. */
  async #searchAnyway(search: (index: SearchFile | null) => readonly FoundHit[]): Promise<readonly FoundHit[]> {
    try {
      return search(await this.#openIndex());
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#discard();
      void this.catchUp();
      return search(null);
    }
  }

  /** When it resolves, nothing of the sessions is left in the index. */
  async remove(sessionIds: readonly SessionId[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    await this.#enqueue(async () => {
      try {
        const index = await this.#openIndex();
        if (index === null) removeIndex(this.#options.indexPath);
        else await index.removeSessions(sessionIds);
        resolve();
      } catch (error) {
        if (isDamage(error)) {
          this.#discard();
          resolve();
        } else reject(error instanceof Error ? error : new Error(String(error)));
      }
      return true;
    });
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#jobs;
    this.#index?.close();
    this.#index = null;
  }

  #ports(): Omit<Parameters<typeof catchUp>[0], "index"> {
    const { store, clock, pause, batchSize } = this.#options;
    return {
      store,
      ...(batchSize === undefined ? {} : { batchSize }),
      nowMs: () => clock.nowMs(),
      onWritten: (length) => {
        this.#writtenLength += length;
      },
      pause: async () => {
        await pause();
        return !this.#isClosed;
      },
    };
  }

  #enqueue(job: () => Promise<boolean>): Promise<boolean> {
    const running = this.#jobs.then(async () => {
      if (this.#isClosed) return false;
      try {
        return await job();
      } catch (error) {
        this.#options.onTrouble(error instanceof Error ? error.message : String(error));
        return false;
      }
    });
    this.#jobs = running;
    return running;
  }

  /** Null where there is no index to be had. */
  async #openIndex(): Promise<SearchFile | null> {
    if (this.#isBarred) return null;
    if (this.#index?.isReplaced === true) this.#discard({ keepsFile: true });
    try {
      const { clock, shardSize, indexPath } = this.#options;
      this.#index ??= await SearchFile.open(indexPath, { clock, ...(shardSize === undefined ? {} : { shardSize }) });
      return this.#index;
    } catch (error) {
      if (!(error instanceof NewerIndexError) && !isNotWritable(error)) throw error;
      this.#isBarred = true;
      return null;
    }
  }

  /** Runs `job`, a second time with a new index where the old one turns out to be damaged. */
  async #withIndex<T>(job: (index: SearchFile) => Promise<T>): Promise<T | null> {
    const index = await this.#openIndex();
    if (index === null) return null;
    try {
      return await job(index);
    } catch (error) {
      if (!isDamage(error) && !index.isReplaced) throw error;
      this.#discard();
      const fresh = await this.#openIndex();
      return fresh === null ? null : job(fresh);
    }
  }

  #discard(options: { readonly keepsFile?: boolean } = {}): void {
    // Where another process has put a new one in its place, that one is no worse for it.
    const isOther = this.#index?.isReplaced === true;
    this.#index?.close();
    this.#index = null;
    this.#isCaughtUp = false;
    if (options.keepsFile !== true && !isOther) removeIndex(this.#options.indexPath);
  }

  async #countStale(): Promise<void> {
    const { store } = this.#options;
    if (store.isReadOnly) return;
    for (const stale of store.read((handle) => listStaleSums(handle))) {
      if (this.#isClosed) return;
      const counts = store.read((handle) => countSession(handle, stale));
      await store.transact((tx) => putCounts(tx, counts));
      await this.#options.pause();
    }
  }
}
