import type { SessionLine } from "../store/session-line.ts";
import type { SessionSummary } from "./app.ts";
import { figuresOf, type SumsBelow } from "./session-figures.ts";

interface HashedLine {
  readonly line: SessionLine;
  readonly hash: string;
}

interface ListedFacts extends Pick<SessionSummary, "state" | "tags"> {
  readonly below: SumsBelow;
}

/** One of thousands, of which few are ever shown: the rest is made of its line when it is asked for. */
export class ListedSession implements SessionSummary {
  readonly state: SessionSummary["state"];
  readonly tags: SessionSummary["tags"];
  readonly below: SumsBelow;
  readonly #kept: HashedLine;

  constructor(kept: HashedLine, { state, tags, below }: ListedFacts) {
    this.#kept = kept;
    this.state = state;
    this.tags = tags;
    this.below = below;
  }

  get figures(): SessionSummary["figures"] {
    return figuresOf(this.#kept.line, this.below);
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
