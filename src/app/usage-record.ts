import type { RequestRecord } from "../agent/ports.ts";
import { believableCost, costOf } from "../schema/cost.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { UsagePurpose, UsageRecord } from "../schema/usage.ts";
import type { ResolvedModel } from "./app.ts";

export interface RecordOrigin {
  readonly sessionId: SessionId;
  readonly messageId: MessageId | null;
  readonly purpose: UsagePurpose;
  readonly model: ResolvedModel;
}

/** A request's ledger row. The provider's own figure counts where it sent one; else list price × tokens. */
export function newUsageRecord(record: RequestRecord, { model, ...origin }: RecordOrigin): UsageRecord {
  const { provider, info, choice } = model;
  const listCostUsd = provider.isFlatRate ? 0 : costOf(record.usage, info.prices);
  return usageRecord(record, { ...origin, provider: provider.id, model: choice.model, listCostUsd });
}

/** The same where the model may be gone: its price is then unknown. */
export function usageRecord(
  record: RequestRecord,
  {
    listCostUsd,
    ...origin
  }: Omit<RecordOrigin, "model"> & {
    readonly provider: string;
    readonly model: string;
    readonly listCostUsd: number | null;
  },
): UsageRecord {
  const providerCostUsd = believableCost(record.providerCostUsd);
  return {
    id: crypto.randomUUID(),
    ...origin,
    usage: record.usage,
    costUsd: providerCostUsd ?? believableCost(listCostUsd),
    isProviderCost: providerCostUsd !== null,
    startedAtMs: record.startedAtMs,
    durationMs: record.durationMs,
    outcome: record.outcome,
  };
}
