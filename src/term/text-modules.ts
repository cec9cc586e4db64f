import type { CodeLexer } from "./load-highlight.ts";
import type { LineDiffer } from "./load-line-diff.ts";
import type { MarkdownLexer } from "./load-marked.ts";
import { LateModules } from "./late-modules.ts";

/** For rows that are made for their text alone, which is the same without the colours of code. */
export class TextModules extends LateModules {
  readonly #shared: LateModules;

  constructor(shared: LateModules) {
    super(() => undefined);
    this.#shared = shared;
  }

  override get missCount(): number {
    return this.#shared.missCount;
  }

  override get loadCount(): number {
    return this.#shared.loadCount;
  }

  override get markdown(): MarkdownLexer | null {
    return this.#shared.markdown;
  }

  override get lineDiff(): LineDiffer | null {
    return this.#shared.lineDiff;
  }

  override code(): CodeLexer | null {
    return null;
  }

  /** Resolves when all that changes a text is there. */
  override async ready(): Promise<void> {
    const parts = [this.#shared.markdown, this.#shared.lineDiff];
    if (parts.includes(null)) await this.#shared.settled();
  }
}
