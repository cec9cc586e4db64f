import { cleanTitle, isRetitleOccasion, titleExcerpt, titleSystemPrompt } from "../agent/title.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import type { ReadHandle } from "../store/handle.ts";
import { addSessionUsage, getSession } from "../store/sessions.ts";
import { messagesForRequest } from "../store/message-pages.ts";
import { getSessionFacts, setTitle, titleSource } from "../store/session-facts.ts";
import { countOutcomes, insertUsage } from "../store/usage-ledger.ts";
import { isModelProblem } from "./app.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { freeProvider } from "./free-provider.ts";
import { modelRequest } from "./model-request.ts";
import { isWhole, oneRequest } from "./one-request.ts";
import type { TurnRegistry } from "./turn-registry.ts";
import { newUsageRecord } from "./usage-record.ts";

type TitleContext = Pick<Context, "config" | "store" | "models" | "createProvider" | "clock" | "log" | "shortId">;

export interface TitledTurn {
  readonly sessionId: SessionId;
  /** Which answered. */
  readonly model: ResolvedModel;
  readonly signal: AbortSignal;
  /** What has ended: the turn of this number, or a compaction. */
  readonly occasion: { readonly turn: number } | "compaction";
}

/** The title itself is short; what is thought before it counts as well. */
const titleTokensMax = { plain: 1_000, reasoning: 4_000 };
/** A title takes no thinking; left to themselves some models spend the whole limit on it. */
const titleEfforts: readonly string[] = ["none", "low", "minimal"];
/** A model that refuses them will go on doing so: the later occasions are enough then. */
const failedTitlesMax = 3;
/** Each that gives way is paid for. */
const triesMax = 4;

/**
 * Has the small model title the session, where what just ended is an occasion and no person has named it. What
 * fails leaves the title as it is, for the next occasion; the request is booked all the same. One that gives way is made
 * again when its provider is free. Rejects never.
 */
export async function titleSession(context: TitleContext, turns: TurnRegistry, turn: TitledTurn): Promise<void> {
  const { signal } = turn;
  try {
    for (let tries = 1; ; tries += 1) {
      const gaveWayAt = await tryTitle(context, turn);
      if (gaveWayAt === null || tries === triesMax) return;
      await freeProvider(context, turns, { providerId: gaveWayAt, signal });
      if (signal.aborted) return;
    }
  } catch (error) {
    context.log.write("warn", "title not made", { error: error instanceof Error ? error.name : "unknown" });
  }
}

/** Returns the provider at which it gave way; null: it did not. */
async function tryTitle(context: TitleContext, turn: TitledTurn): Promise<string | null> {
  const { store, log } = context;
  const { sessionId, signal } = turn;
  if (!store.read((tx) => isOccasion(tx, turn) && isOurs(tx, sessionId))) return null;
  const model = await smallModel(context, turn.model);
  const excerpt = store.read((tx) => titleExcerpt(messagesForRequest(tx, sessionId)));
  const request = titleRequest(model, { excerpt, sessionId });
  const answer = await oneRequest(context, model, { request, signal });
  const title = isWhole(answer) ? cleanTitle(answer.text) : null;
  const row = newUsageRecord(answer.record, { sessionId, messageId: null, purpose: "title", model });
  const isTitled = await store.transact((tx) => {
    if (getSession(tx, sessionId) === null) return false;
    insertUsage(tx, row);
    addSessionUsage(tx, sessionId, { costUsd: row.costUsd ?? 0 });
    return title !== null && isOurs(tx, sessionId) && setTitle(tx, sessionId, { text: title, source: "model" });
  });
  if (isTitled) log.write("info", "session titled", { session: context.shortId(sessionId) });
  return answer.failure?.kind === "aborted" && !signal.aborted ? model.provider.id : null;
}

function titleRequest(
  model: ResolvedModel,
  { excerpt, sessionId }: { readonly excerpt: string; readonly sessionId: SessionId },
): ModelRequest {
  const request = modelRequest(model, {
    system: titleSystemPrompt,
    messages: [{ role: "user", content: [{ kind: "text", text: excerpt }] }],
    tools: [],
    cacheKey: sessionId,
  });
  const limit = titleTokensMax[request.canReason ? "reasoning" : "plain"];
  const effort = titleEfforts.find((level) => model.info.reasoningLevels.includes(level));
  return {
    ...request,
    maxOutputTokens: Math.min(request.maxOutputTokens, limit),
    givesWay: true,
    ...(request.canReason && effort !== undefined ? { reasoningEffort: effort } : {}),
  };
}

function isOccasion(handle: ReadHandle, { sessionId, occasion }: TitledTurn): boolean {
  if (occasion === "compaction") return true;
  // A session that an agent made has a title of the agent's before its first turn.
  const isNamed = getSessionFacts(handle, sessionId)?.titleSource === "model";
  // Whichever turn is the first that ended well: others may have failed before.
  const { answered, failed, last } = countOutcomes(handle, sessionId, "title");
  if (!isNamed && answered === 0 && failed < failedTitlesMax) return true;
  // It gave way to a prompt, or the program ended.
  if (last === "canceled") return true;
  return isRetitleOccasion(occasion.turn);
}

/** The small model, its provider's values ready; where it can't be used the turn's own. */
async function smallModel({ models }: Pick<Context, "models">, large: ResolvedModel): Promise<ResolvedModel> {
  const choice = models.smallChoice(large.choice);
  await models.expand(choice.provider);
  const small = models.resolve(choice);
  return isModelProblem(small) ? large : small;
}

function isOurs(tx: ReadHandle, sessionId: SessionId): boolean {
  const session = getSession(tx, sessionId);
  return session !== null && titleSource(session, getSessionFacts(tx, sessionId)) !== "person";
}
