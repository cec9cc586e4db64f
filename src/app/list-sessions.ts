import { isDeepStrictEqual } from "node:util";
import type { Session } from "../schema/session.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listAllTags } from "../store/session-tags.ts";
import { listChildLines } from "../store/session-lines.ts";
import type { ListSessionsOptions, SessionSummary } from "./app.ts";
import type { Context } from "./context.ts";
import type { KeptLines } from "./kept-lines.ts";
import { figuresOfSessions } from "./session-figures.ts";
import type { TurnRegistry } from "./turn-registry.ts";

export interface ListOptions extends ListSessionsOptions {
  readonly lines: KeptLines;
  readonly turns: TurnRegistry;
  readonly isWaiting: (sessionId: Session["id"]) => boolean;
  readonly hasFailed: (sessionId: Session["id"]) => boolean;
  /** The sessions at work in other processes. */
  readonly elsewhere: (handle: ReadHandle) => ReadonlySet<Session["id"]>;
}

const noTags: readonly string[] = [];

/** The sessions of the project, the last changed or created first; no child and no old title sessions. */
export function listSessions(
  { store }: Pick<Context, "store">,
  { lines: kept, limit, archived = "hidden", turns, isWaiting, hasFailed, elsewhere }: ListOptions,
): SessionSummary[] {
  return store.read((tx) => {
    const others = elsewhere(tx);
    const stateOf = ({ id }: Session): SessionSummary["state"] => {
      if (isWaiting(id)) return "waiting";
      if (turns.get(id) !== undefined || others.has(id)) return "running";
      return hasFailed(id) ? "failed" : "idle";
    };
    const lines = kept
      .list(tx)
      .filter(({ isArchived }) => archived === "shown" || isArchived === (archived === "only"));
    const tags = listAllTags(tx);
    const children = listChildLines(tx);
    const figuresOf = figuresOfSessions(children);
    return lines.slice(0, limit).map((line) => {
      const state = stateOf(line.session);
      const own = tags.get(line.session.id) ?? noTags;
      const known = children.length === 0 ? kept.summaryOf(line) : undefined;
      if (known !== undefined && known.state === state && isDeepStrictEqual(known.tags, own)) return known;
      const summary: SessionSummary = {
        session: line.session,
        hash: line.hash,
        state,
        model: line.model,
        figures: figuresOf(line),
        isPinned: line.isPinned,
        isArchived: line.isArchived,
        tags: own,
      };
      kept.keepSummary(line, summary);
      return summary;
    });
  });
}
