import type { Session } from "../schema/session.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listAllTags } from "../store/session-tags.ts";
import { listChildLines, listSessionLines } from "../store/session-lines.ts";
import type { ListSessionsOptions, SessionSummary } from "./app.ts";
import type { Context } from "./context.ts";
import { figuresOfSessions } from "./session-figures.ts";
import type { TurnRegistry } from "./turn-registry.ts";

export interface ListOptions extends ListSessionsOptions {
  readonly turns: TurnRegistry;
  readonly isWaiting: (sessionId: Session["id"]) => boolean;
  readonly hasFailed: (sessionId: Session["id"]) => boolean;
  /** The sessions at work in other processes. */
  readonly elsewhere: (handle: ReadHandle) => ReadonlySet<Session["id"]>;
}

/** The sessions of the project, the last changed or created first; no child and no old title sessions. */
export function listSessions(
  { store, shortId }: Pick<Context, "store" | "shortId">,
  { limit, archived = "hidden", turns, isWaiting, hasFailed, elsewhere }: ListOptions,
): SessionSummary[] {
  return store.read((tx) => {
    const others = elsewhere(tx);
    const stateOf = ({ id }: Session): SessionSummary["state"] => {
      if (isWaiting(id)) return "waiting";
      if (turns.get(id) !== undefined || others.has(id)) return "running";
      return hasFailed(id) ? "failed" : "idle";
    };
    const lines = listSessionLines(tx, limit === undefined ? { archived } : { archived, limit });
    const tags = listAllTags(tx);
    const figuresOf = figuresOfSessions(listChildLines(tx));
    return lines.map((line) => ({
      session: line.session,
      hash: shortId(line.session.id),
      state: stateOf(line.session),
      model: line.model,
      figures: figuresOf(line),
      isPinned: line.isPinned,
      isArchived: line.isArchived,
      tags: tags.get(line.session.id) ?? [],
    }));
  });
}
