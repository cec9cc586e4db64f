import { addCosts, isCostUnknown } from "../schema/cost.ts";
import type { PartlyKnownCost } from "../schema/cost.ts";
import type { SessionId } from "../schema/ids.ts";
import type { SessionLine } from "../store/session-line.ts";
import type { ChildLine } from "../store/session-lines.ts";
import type { ListedSum } from "../store/session-sums.ts";
import { totalTokens } from "../schema/usage.ts";
import { columnsAsUsage } from "../store/usage-ledger.ts";

/** What a list shows of a session beside its title. */
export interface SessionFigures {
  /** User and assistant rows; where another program's rows are not counted yet, all rows. */
  readonly messageCount: number;
  /** Consumed, children and titles included. */
  readonly tokens: number;
  /** Shown as `~`. */
  readonly isEstimated: boolean;
  /** US$, children and titles included; null: nothing of it is known. */
  readonly costUsd: number | null;
  /** Some requests' price is unknown: it cost more. */
  readonly isCostPartial: boolean;
  /** Its own, without its children's. Counted a moment after a change. */
  readonly files: { readonly changed: number; readonly additions: number; readonly removals: number };
  /** The git branch on which it was made. */
  readonly branch: string | null;
  /** Sessions below it, at any depth. */
  readonly childCount: number;
}

/** Of the sessions below one, at any depth; one list for all that have none. */
export type SumsBelow = readonly ListedSum[];

const noSums: SumsBelow = [];

/** Tells the sums below each top-level session. `children` are all sessions that have a parent. */
export function sumsBelow(children: readonly ChildLine[]): (id: SessionId) => SumsBelow {
  const below = childrenByRoot(children);
  return (id) => below.get(id) ?? noSums;
}

export function figuresOf(line: SessionLine, below: SumsBelow): SessionFigures {
  return {
    messageCount: line.sum.messageCount ?? line.session.messageCount,
    ...consumed(line, below),
    files: line.sum.files,
    branch: line.gitBranch,
    childCount: below.length,
  };
}

function consumed(
  { session, sum: own, isFork }: SessionLine,
  children: readonly ListedSum[],
): Pick<SessionFigures, "tokens" | "isEstimated" | "costUsd" | "isCostPartial"> {
  // A fork begins with the gauge of what it copied, and has consumed nothing of it.
  if (own.requests === 0 && !(isFork && session.cost === 0)) {
    const columns = columnsAsUsage(session);
    return {
      tokens: totalTokens(columns.consumed),
      isEstimated: true,
      costUsd: columns.knownCostUsd,
      isCostPartial: false,
    };
  }
  if (children.length === 0) {
    const { tokens, isEstimated } = own;
    return { tokens, isEstimated, ...costFigures(own) };
  }
  const all = [own, ...children];
  return {
    tokens: all.reduce((sum, each) => sum + each.tokens, 0),
    isEstimated: all.some((each) => each.isEstimated),
    ...costFigures(addCosts(all)),
  };
}

function costFigures(cost: PartlyKnownCost): Pick<SessionFigures, "costUsd" | "isCostPartial"> {
  return { costUsd: isCostUnknown(cost) ? null : cost.knownCostUsd, isCostPartial: cost.unknownCostRequests > 0 };
}

function childrenByRoot(children: readonly ChildLine[]): ReadonlyMap<SessionId, readonly ListedSum[]> {
  const parents = new Map(children.map((child) => [child.id, child.parentId]));
  const byRoot = new Map<SessionId, ListedSum[]>();
  for (const child of children) {
    const root = rootOf(child.id, parents);
    const sums = byRoot.get(root);
    if (sums === undefined) byRoot.set(root, [child.sum]);
    else sums.push(child.sum);
  }
  return byRoot;
}

/** Other programs' rows may form a circle: no path is longer than there are rows. */
function rootOf(id: SessionId, parents: ReadonlyMap<SessionId, SessionId>): SessionId {
  let root = id;
  for (let steps = 0; steps <= parents.size; steps += 1) {
    const parent = parents.get(root);
    if (parent === undefined) return root;
    root = parent;
  }
  return id;
}
