/** Searching in memory, for tests of front ends: what is found is said by the test. */
import type { ProjectHits, SearchHit, SearchResult, SessionSearch } from "../../src/app/search.ts";
import type { Message } from "../../src/schema/message.ts";

export class FakeSearch implements SessionSearch {
  /** What was looked for, oldest first. */
  readonly queries: string[] = [];
  hits: readonly SearchHit[] = [];
  /** The same of other projects. */
  readonly otherQueries: string[] = [];
  otherHits: readonly ProjectHits[] = [];
  isIndexed = true;
  isComplete = true;
  problem: string | null = null;
  messages: readonly Message[] = [];
  readonly #waiting: ((result: SearchResult | null) => void)[] = [];
  /** True: answers wait for `answer`, as slow ones do. */
  isSlow = false;

  async find(query: string): Promise<SearchResult | null> {
    this.queries.push(query);
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    if (!this.isSlow) return this.#result(query);
    const { promise, resolve } = Promise.withResolvers<SearchResult | null>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** Answers the query that waits. */
  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(this.#result(this.queries.at(-1) ?? ""));
  }

  async findInAllProjects(query: string): Promise<readonly ProjectHits[]> {
    return [{ projectPath: "/home/ada/forge", result: await this.find(query), problem: null }];
  }

  async findInOtherProjects(query: string, onFound: (hits: ProjectHits) => void): Promise<void> {
    this.otherQueries.push(query);
    for (const hits of this.otherHits) onFound(hits);
  }

  keepIndexed(): void {}

  onIndexed(): () => void {
    return () => undefined;
  }

  around(): readonly Message[] {
    return this.messages;
  }

  #result(query: string): SearchResult {
    const { hits, isIndexed, isComplete, problem } = this;
    return { hits, isComplete, isIndexed, words: query.split(" ").filter((word) => word !== ""), problem };
  }
}
