import type { SessionLine } from "../store/session-line.ts";
import type { SessionSummary } from "./app.ts";
import type { KeptLine } from "./kept-lines.ts";

interface ListedFacts extends Pick<SessionSummary, "state" | "tags"> {
  readonly figuresOf: (line: SessionLine) => SessionSummary["figures"];
}

/** One of thousands, of which few are ever shown: the rest is made of its line when it is asked for. */
export class ListedSession implements SessionSummary {
  readonly state: SessionSummary["state"];
  readonly tags: SessionSummary["tags"];
  readonly #kept: KeptLine;
  readonly #figuresOf: ListedFacts["figuresOf"];

  constructor(kept: KeptLine, { state, tags, figuresOf }: ListedFacts) {
    this.#kept = kept;
    this.#figuresOf = figuresOf;
    this.state = state;
    this.tags = tags;
  }

  get figures(): SessionSummary["figures"] {
    return this.#figuresOf(this.#kept.line);
  }

  get session(): SessionSummary["session"] {
    return this.#kept.line.session;
  }

  get hash(): string {
    return this.#kept.hash;
  }

  get model(): string | null {
    return this.#kept.line.model;
  }

  get isPinned(): boolean {
    return this.#kept.line.isPinned;
  }

  get isArchived(): boolean {
    return this.#kept.line.isArchived;
  }
}
