import type { CodeLexer } from "./load-highlight.ts";
import { loadHighlight } from "./load-highlight.ts";
import type { LineDiffer } from "./load-line-diff.ts";
import { loadLineDiff } from "./load-line-diff.ts";
import type { MarkdownLexer } from "./load-marked.ts";
import { loadMarked } from "./load-marked.ts";

/**
 * What is fetched only when something needs it. Asking never waits: the answer is null until the module is there, what
 * was asked for is shown plain, and `onLoad` is called when it can be shown well.
 */
export class LateModules {
  readonly #onLoad: () => void;
  readonly #lexers = new Map<string, CodeLexer | null>();
  readonly #underWay = new Map<string, Promise<void>>();
  #markdown: MarkdownLexer | null = null;
  #lineDiff: LineDiffer | null = null;
  #missCount = 0;
  #loadCount = 0;

  constructor(onLoad: () => void) {
    this.#onLoad = onLoad;
  }

  /** How often null was answered for something that will come: what was made meanwhile is worth making again. */
  get missCount(): number {
    return this.#missCount;
  }

  /** Rises with each module that has come. */
  get loadCount(): number {
    return this.#loadCount;
  }

  get markdown(): MarkdownLexer | null {
    if (this.#markdown !== null) return this.#markdown;
    this.#missCount++;
    void this.ready();
    return null;
  }

  get lineDiff(): LineDiffer | null {
    if (this.#lineDiff !== null) return this.#lineDiff;
    this.#missCount++;
    void this.#once("line-diff", async () => {
      this.#lineDiff = await loadLineDiff();
    });
    return null;
  }

  /** Null while it is fetched, and for good where highlight.js does not know the language. */
  code(language: string): CodeLexer | null {
    if (language === "") return null;
    const known = this.#lexers.get(language);
    if (known !== undefined) return known;
    this.#missCount++;
    void this.#once(`code ${language}`, async () => {
      this.#lexers.set(language, await loadHighlight(language));
    });
    return null;
  }

  /** Resolves when markdown can be shown: awaited before the first paint of a transcript, it saves a second one. */
  async ready(): Promise<void> {
    if (this.#markdown !== null) return;
    await this.#once("markdown", async () => {
      this.#markdown = await loadMarked();
    });
  }

  /** Resolves when nothing is being fetched any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  #once(key: string, load: () => Promise<void>): Promise<void> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const loading = load().then(() => {
      this.#underWay.delete(key);
      this.#loadCount++;
      this.#onLoad();
    });
    this.#underWay.set(key, loading);
    return loading;
  }
}
