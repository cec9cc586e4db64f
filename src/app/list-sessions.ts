import { isDeepStrictEqual } from "node:util";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { ReadHandle } from "../store/handle.ts";
import { listAllTags } from "../store/session-tags.ts";
import type { UnseenEnd } from "../store/unseen-ends.ts";
import { listChildLines, listDescendantLines } from "../store/session-lines.ts";
import type { ChildSession, ListSessionsOptions, SessionSummary } from "./app.ts";
import type { Context } from "./context.ts";
import type { KeptLines } from "./kept-lines.ts";
import { ListedSession } from "./listed-session.ts";
import { sessionsAsking } from "./left-questions.ts";
import { figuresOf, sumsBelow } from "./session-figures.ts";
import type { TurnRegistry } from "./turn-registry.ts";

export interface ListOptions extends ListSessionsOptions {
  readonly lines: KeptLines;
  readonly turns: TurnRegistry;
  /** A question of a turn that runs here. */
  readonly isWaiting: (sessionId: Session["id"]) => boolean;
  /** Those of turns at which nobody has looked since. */
  readonly ends: (handle: ReadHandle) => readonly UnseenEnd[];
  /** The sessions at work in other processes. */
  readonly elsewhere: (handle: ReadHandle) => ReadonlySet<Session["id"]>;
}

const noTags: readonly string[] = [];

/** Most have none, all of these the same. */
function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some === others || isDeepStrictEqual(some, others);
}

type StateOptions = Pick<ListOptions, "turns" | "isWaiting" | "ends" | "elsewhere">;

function statesOf(
  handle: ReadHandle,
  { turns, isWaiting, ends, elsewhere }: StateOptions,
): (session: Session) => SessionSummary["state"] {
  const others = elsewhere(handle);
  const asking = sessionsAsking(handle);
  const ended = new Map(ends(handle).map(({ sessionId, reason }) => [sessionId, reason]));
  return ({ id }) => {
    if (isWaiting(id)) return "waiting";
    if (turns.get(id) !== undefined) return "running";
    if (others.has(id)) return "elsewhere";
    if (asking.has(id)) return "waiting";
    const end = ended.get(id);
    return end === "finished" ? "unseen" : (end ?? "idle");
  };
}

/** The sessions of the project, the last changed or created first; no child and no old title sessions. */
export function listSessions(
  { store }: Pick<Context, "store">,
  { lines: kept, limit = Number.POSITIVE_INFINITY, archived = "hidden", ...options }: ListOptions,
): SessionSummary[] {
  return store.read((tx) => {
    const stateOf = statesOf(tx, options);
    const lines = kept.newest(tx, { limit, archived });
    const tags = listAllTags(tx);
    const belowOf = sumsBelow(listChildLines(tx));
    return lines.map((keptLine) => {
      const { line } = keptLine;
      const state = stateOf(line.session);
      const own = tags.get(line.session.id) ?? noTags;
      const below = belowOf(line.session.id);
      const known = keptLine.summary;
      if (known?.state === state && known.below === below && isSame(known.tags, own)) return known;
      const summary = new ListedSession(keptLine, { state, tags: own, below });
      keptLine.summary = summary;
      return summary;
    });
  });
}

/** The sessions below one, each behind its parent. */
export function listChildren(
  { store, shortId }: Pick<Context, "store" | "shortId">,
  options: StateOptions,
  rootId: SessionId,
): ChildSession[] {
  return store.read((tx) => {
    const stateOf = statesOf(tx, options);
    const belowOf = sumsBelow(listChildLines(tx));
    const below = Map.groupBy(listDescendantLines(tx, rootId), ({ session }) => session.parentSessionId);
    const children: ChildSession[] = [];
    const add = (parentId: SessionId, depth: number): void => {
      const lines = below.get(parentId) ?? [];
      below.delete(parentId);
      for (const line of lines) {
        const { session, model, isPinned, isArchived } = line;
        const marks = { isPinned, isArchived, tags: [] };
        const summary = { session, hash: shortId(session.id), state: stateOf(session), model, ...marks };
        children.push({ item: { ...summary, figures: figuresOf(line, belowOf(session.id)) }, depth });
        add(session.id, depth + 1);
      }
    };
    add(rootId, 1);
    return children;
  });
}
