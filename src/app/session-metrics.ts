import { addCosts } from "../schema/cost.ts";
import type { Session } from "../schema/session.ts";
import { addUsage, noUsage, promptTokens, totalTokens } from "../schema/usage.ts";
import type { ReadHandle } from "../store/handle.ts";
import { hasFinishedStep, type MessageTally } from "../store/message-tally.ts";
import { getSessionFacts } from "../store/session-facts.ts";
import {
  columnsAsUsage,
  emptySum,
  lastUsage,
  sumOfChildren,
  sumOfSession,
  sumsByPurpose,
} from "../store/usage-ledger.ts";
import type { UsageSum } from "../store/usage-ledger.ts";
import type { ChangedFile, SessionMetrics } from "./app.ts";

/** Everything measured of a session. Totals come from the ledger; without one from Crush's columns, marked as estimates. */
export function sessionMetrics(
  handle: ReadHandle,
  session: Session,
  facts: { readonly contextWindow: number; readonly tally: MessageTally; readonly files: readonly ChangedFile[] },
): SessionMetrics {
  const own = sumOfSession(handle, session.id);
  const children = sumOfChildren(handle, session.id);
  const titles = sumsByPurpose(handle, session.id).get("title") ?? emptySum;
  const last = lastUsage(handle, session.id);
  const fromColumns = columnsAsUsage(session);
  const hasLedger = own.requests > 0;
  // A fork begins with the gauge of what it copied, and has consumed nothing of it.
  const hasColumns = !isForkAtRest(handle, session) && totalTokens(fromColumns.consumed) + session.cost > 0;
  const isMeasured = hasLedger || hasColumns || children.requests > 0;
  const parts = hasLedger || !hasColumns ? [own, children] : [fromColumns];
  return {
    messageCount: facts.tally.shown,
    turnCount: facts.tally.prompts,
    isMeasured,
    hasAnswer: isMeasured || (!isForkAtRest(handle, session) && hasFinishedStep(handle, session.id)),
    consumed: parts.reduce((sum, part) => addUsage(sum, part.consumed), noUsage),
    ...addCosts(parts),
    titles: shown(titles),
    children: shown(children),
    contextTokens: last === null ? session.promptTokens + session.completionTokens : contextAfter(last),
    contextWindow: facts.contextWindow,
    durationMs: hasLedger ? own.durationMs : null,
    files: facts.files,
  };
}

/** A fork in which no request was made yet, by Crush neither. */
export function isForkAtRest(handle: ReadHandle, session: Session): boolean {
  return session.cost === 0 && (getSessionFacts(handle, session.id)?.forkedFromSessionId ?? null) !== null;
}

/** After a compaction the summary alone is what the next request starts from. */
function contextAfter(last: NonNullable<ReturnType<typeof lastUsage>>): number {
  return last.purpose === "summary" ? last.usage.outputTokens : promptTokens(last.usage) + last.usage.outputTokens;
}

function shown({ consumed, knownCostUsd, unknownCostRequests }: UsageSum): SessionMetrics["titles"] {
  return { consumed, knownCostUsd, unknownCostRequests };
}
