import type { ReadHandle } from "../store/handle.ts";
import { getSession } from "../store/sessions.ts";
import { columnsAsUsage, sumOfDeleted, sumsByDay, sumsByModel, sumsBySession } from "../store/usage-ledger.ts";
import type { UsageSum } from "../store/usage-ledger.ts";
import type { UsageTotal } from "./app.ts";
import type { DeletedUsage } from "./deletion.ts";
import { isForkAtRest } from "./session-metrics.ts";

/** Each session with its children; sessions without ledger rows by Crush's columns, as estimates. */
export function usageBySession(handle: ReadHandle, shortId: (id: string) => string): UsageTotal[] {
  return sumsBySession(handle).flatMap(({ sessionId, title, sum }) => {
    const label = { key: shortId(sessionId), label: title };
    if (sum.requests > 0) return [{ ...label, ...totalOf(sum) }];
    const session = getSession(handle, sessionId);
    if (session === null || session.messageCount === 0 || isForkAtRest(handle, session)) return [];
    return [{ ...label, requests: 0, ...columnsAsUsage(session) }];
  });
}

/** What deleted sessions consumed, without saying which; null: nothing. */
export function usageOfDeleted(handle: ReadHandle): DeletedUsage | null {
  const sum = sumOfDeleted(handle);
  return sum.requests === 0 ? null : totalOf(sum);
}

export function usageByDay(handle: ReadHandle): UsageTotal[] {
  return sumsByDay(handle).map(({ day, sum }) => ({ key: day, label: day, ...totalOf(sum) }));
}

export function usageByModel(handle: ReadHandle): UsageTotal[] {
  return sumsByModel(handle).map(({ provider, model, sum }) => {
    const name = `${provider}/${model}`;
    return { key: name, label: name, ...totalOf(sum) };
  });
}

function totalOf(sum: UsageSum): Omit<UsageTotal, "key" | "label"> {
  const { requests, consumed, knownCostUsd, unknownCostRequests } = sum;
  return { requests, consumed, knownCostUsd, unknownCostRequests };
}
