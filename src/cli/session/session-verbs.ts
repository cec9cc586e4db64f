/** What sorts a session: the same words and use cases on the command line and line by line. */
import type { App } from "../../app/app.ts";
import type { SessionId } from "../../schema/ids.ts";

export interface VerbText {
  /** `Pinned`, of a session that was changed. */
  readonly done: string;
  /** `pinned`, of one that was as asked for already. */
  readonly already: string;
}

export interface MarkVerb {
  /** Resolves to those that it changed. */
  readonly change: (app: App, ids: readonly SessionId[]) => Promise<readonly SessionId[]>;
  readonly text: VerbText;
}

export interface TagVerb {
  readonly change: (app: App, ids: readonly SessionId[], tags: readonly string[]) => Promise<readonly SessionId[]>;
  readonly text: VerbText;
}

export const markVerbs = {
  pin: {
    change: async (app, ids) => app.organise.pin(ids),
    text: { done: "Pinned", already: "pinned" },
  },
  unpin: {
    change: async (app, ids) => app.organise.unpin(ids),
    text: { done: "Unpinned", already: "unpinned" },
  },
  archive: {
    change: async (app, ids) => app.organise.archive(ids),
    text: { done: "Archived", already: "archived" },
  },
  unarchive: {
    change: async (app, ids) => app.organise.unarchive(ids),
    text: { done: "Unarchived", already: "unarchived" },
  },
} satisfies Readonly<Record<string, MarkVerb>>;

export const tagVerbs = {
  tag: {
    change: async (app, ids, tags) => app.organise.tag(ids, tags),
    text: { done: "Tagged", already: "tagged so" },
  },
  untag: {
    change: async (app, ids, tags) => app.organise.untag(ids, tags),
    text: { done: "Untagged", already: "without that" },
  },
} satisfies Readonly<Record<string, TagVerb>>;

/** `parser, needs-review`: each a tag. */
export function splitTags(words: string): string[] {
  return words.split(/[\s,]+/u).filter((word) => word !== "");
}
