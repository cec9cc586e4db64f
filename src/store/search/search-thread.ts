import { existsSync } from "node:fs";
import path from "node:path";
import type { Worker } from "node:worker_threads";
import type { Log } from "../../lib/log.ts";
import type { MessageId, SessionId } from "../../schema/ids.ts";
import type { SessionRemains } from "../session-remains.ts";
import { startSearchWorker } from "./load-search-thread.ts";
import type { FoundHits, SearchAnswer, SearchRequest } from "./search-messages.ts";

export interface FindOptions {
  readonly text: string;
  readonly limit: number;
  /** Nothing of this session is found. */
  readonly except?: SessionId;
  /** True: titles of top-level sessions are not looked at. */
  readonly knowsTitles?: boolean;
  /** Waits until everything is in the index. False: it is what somebody types, and the next such query takes its place. */
  readonly isPatient: boolean;
  readonly signal?: AbortSignal;
  /** Called at most once, before the answer, with the first hits. */
  readonly onFirst?: (first: FoundHits) => void;
}

interface RunningFind {
  readonly isPatient: boolean;
  readonly onFirst: FindOptions["onFirst"];
  readonly givenUp: Int32Array;
}

interface Waiting {
  readonly resolve: (result: FoundHits | null) => void;
  readonly reject: (error: Error) => void;
}

/** The thread is ended a minute after it had something to do, or so long where that was much. */
const quietMsDefault = 5000;
/** While others write all the time, their messages are looked for no more often. */
const catchUpIntervalMs = 3000;

export interface SearchThreadParts {
  readonly databasePath: string;
  readonly indexPath: string;
  readonly log: Log;
  /** True: another project is searched by what is there: nothing is written, and nobody waited for. Default: no. */
  readonly isGuest?: boolean;
  /** For tests: how long the thread stays after much work. */
  readonly quietMs?: number;
}

type AtRest = Extract<SearchAnswer, { readonly kind: "at-rest" }>;

/**
 * `search.db` and the thread that keeps it, which is started when it is needed, and ended when it had nothing to do for a
 * while: it takes a lot of memory.
 */
export class SearchThread implements SessionRemains {
  readonly name = "search";
  readonly #databasePath: string;
  readonly #indexPath: string;
  readonly #log: Log;
  readonly #quietMs: number;
  readonly #isGuest: boolean;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Promise<Worker> | null = null;
  /** The same, once it runs. */
  #running: Worker | null = null;
  #exited: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** Requests that the thread got. */
  #sent = 0;
  #isCaughtUp = false;
  /** Others have written since the index was last brought up to date: it is done again a little later. */
  #behind: NodeJS.Timeout | null = null;
  /** On the clock of `performance.now()`; null: never. */
  #caughtUpAtMs: number | null = null;
  #number = 0;
  /** Called whenever everything is in the index, and the sums of lists are right. */
  onCaughtUp: () => void = () => undefined;

  constructor(parts: SearchThreadParts) {
    this.#databasePath = parts.databasePath;
    this.#indexPath = parts.indexPath;
    this.#log = parts.log;
    this.#isGuest = parts.isGuest ?? false;
    this.#quietMs = parts.quietMs ?? quietMsDefault;
  }

  static ofDirectory(dataDirectory: string, log: Log, part: Pick<SearchThreadParts, "isGuest"> = {}): SearchThread {
    return new SearchThread({
      databasePath: path.join(dataDirectory, "crush.db"),
      indexPath: path.join(dataDirectory, "search.db"),
      log,
      ...part,
    });
  }

  get isStarted(): boolean {
    return this.#worker !== null;
  }

  /** Brings the index up to date, what other programs wrote included. */
  catchUp(): void {
    this.#endWait();
    this.#caughtUpAtMs = performance.now();
    void this.#post({ kind: "catch-up" });
  }

  /** Another program has changed sessions. Before anybody has asked for the index, nothing is done. */
  othersWrote(): void {
    if (this.#isClosed || this.#caughtUpAtMs === null || this.#behind !== null) return;
    const dueInMs = this.#worker === null ? 0 : this.#caughtUpAtMs + catchUpIntervalMs - performance.now();
    if (dueInMs <= 0) {
      this.catchUp();
      return;
    }
    this.#behind = setTimeout(() => {
      this.catchUp();
    }, dueInMs);
    this.#behind.unref();
  }

  #endWait(): void {
    if (this.#behind !== null) clearTimeout(this.#behind);
    this.#behind = null;
  }

  messagesChanged(messageIds: readonly MessageId[]): void {
    void this.#post({ kind: "messages-changed", messageIds });
  }

  /**
   * Resolves to null where the signal aborted, or of two queries that are not patient a newer one was asked. Rejects where
   * the databases can't be read.
   */
  async find({ signal, onFirst, ...query }: FindOptions): Promise<FoundHits | null> {
    if (signal?.aborted === true || this.#isClosed) return null;
    const { isPatient } = query;
    if (!isPatient) for (const [older, find] of this.#finds) if (!find.isPatient) this.#giveUp(older);
    const id = this.#nextNumber();
    const giveUp = (): void => {
      this.#giveUp(id);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    const givenUp = new SharedArrayBuffer(4);
    this.#finds.set(id, { isPatient, onFirst, givenUp: new Int32Array(givenUp) });
    try {
      return await this.#ask({ kind: "find", id, givenUp, wantsFirst: onFirst !== undefined, ...query });
    } finally {
      this.#finds.delete(id);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  readonly #finds = new Map<number, RunningFind>();

  /** The thread itself drops the sessions that are gone whenever it catches up. */
  async listSessionIds(): Promise<readonly SessionId[]> {
    return [];
  }

  async remove(sessionIds: readonly SessionId[]): Promise<void> {
    if (this.#worker === null && !existsSync(this.#indexPath)) return;
    if (this.#isClosed) throw new Error("the search thread has ended");
    await this.#ask({ kind: "remove", id: this.#nextNumber(), sessionIds });
  }

  /** Ends the thread once its transaction is done. */
  async close(): Promise<void> {
    for (const id of this.#finds.keys()) this.#giveUp(id);
    this.#endWait();
    const isStarted = this.#worker !== null;
    if (isStarted) await this.#post({ kind: "close" });
    this.#isClosed = true;
    await this.#exited;
  }

  #nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  #giveUp(id: number): void {
    const find = this.#finds.get(id);
    if (find !== undefined) Atomics.store(find.givenUp, 0, 1);
    this.#settle(id)?.resolve(null);
  }

  async #ask(request: Extract<SearchRequest, { readonly id: number }>): Promise<FoundHits | null> {
    const { promise, resolve, reject } = Promise.withResolvers<FoundHits | null>();
    this.#waiting.set(request.id, { resolve, reject });
    await this.#post(request);
    return promise;
  }

  async #post(request: SearchRequest): Promise<void> {
    if (this.#isClosed) return;
    this.#worker ??= this.#start();
    this.#sent += 1;
    (await this.#worker).postMessage(request, []);
  }

  /** Ends the thread, unless it has been asked for something meanwhile. */
  #rest({ received, isCaughtUp }: AtRest, worker: Worker): void {
    // One that was told to end may have said it once more meanwhile, and counted what another was asked.
    if (this.#running !== worker) return;
    if (this.#isClosed || received !== this.#sent || this.#behind !== null) return;
    this.#worker = null;
    this.#running = null;
    this.#isCaughtUp = isCaughtUp;
    this.#sent = 0;
    this.#log.write("debug", "the search thread rests", {});
    worker.postMessage({ kind: "close" } satisfies SearchRequest, []);
  }

  async #start(): Promise<Worker> {
    const worker = await startSearchWorker({
      databasePath: this.#databasePath,
      indexPath: this.#indexPath,
      isCaughtUp: this.#isCaughtUp,
      isGuest: this.#isGuest,
      quietMs: this.#quietMs,
    });
    const exit = Promise.withResolvers<unknown>();
    this.#exited = Promise.all([this.#exited, exit.promise]);
    worker.on("message", (answer: SearchAnswer) => {
      if (answer.kind === "at-rest") this.#rest(answer, worker);
      else this.#take(answer);
    });
    worker.on("error", (error: unknown) => {
      this.#log.write("warn", "the search thread failed", { reason: error instanceof Error ? error.name : "unknown" });
    });
    worker.on("exit", () => {
      exit.resolve(undefined);
      // It rests; another may run by now.
      if (this.#running !== worker) return;
      this.#running = null;
      this.#worker = null;
      this.#sent = 0;
      this.#isCaughtUp = false;
      for (const { reject } of this.#waiting.values()) reject(new Error("the search thread has ended"));
      this.#waiting.clear();
    });
    this.#running = worker;
    return worker;
  }

  #take(answer: Exclude<SearchAnswer, AtRest>): void {
    switch (answer.kind) {
      case "caught-up":
        this.onCaughtUp();
        return;
      case "trouble":
        this.#log.write("warn", "the search index could not be written", { reason: answer.reason });
        return;
      case "first":
        if (this.#waiting.has(answer.id)) this.#finds.get(answer.id)?.onFirst?.(answer.result);
        return;
      case "found":
        this.#settle(answer.id)?.resolve(answer.result);
        return;
      case "removed":
        this.#settle(answer.id)?.resolve(null);
        return;
      case "failed":
        this.#settle(answer.id)?.reject(new Error(answer.reason));
        return;
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
