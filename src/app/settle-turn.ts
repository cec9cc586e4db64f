import { buildMessages } from "../agent/build-messages.ts";
import { settledUsage } from "../agent/estimate-usage.ts";
import { interruptedStep } from "../agent/interrupted-step.ts";
import { replayJournal } from "../agent/replay-journal.ts";
import type { JournalReplay } from "../agent/replay-journal.ts";
import { OutputReplay } from "../agent/replay-outputs.ts";
import type { PrintedOutput } from "../agent/replay-outputs.ts";
import { answerWithInput } from "../agent/step-parts.ts";
import { unixSeconds } from "../lib/clock.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { Config } from "../config/config.ts";
import { costOf } from "../schema/cost.ts";
import type { MessageId, ToolCallId } from "../schema/ids.ts";
import type { FinishPart, Message, ToolCallPart } from "../schema/message.ts";
import type { UsageRecord } from "../schema/usage.ts";
import { deleteAsks, listAsks, settleAsks } from "../store/asks.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import type { Journal, Journals } from "../store/journal.ts";
import { messagesForRequest, messagesFrom } from "../store/message-pages.ts";
import { updateMessage } from "../store/messages.ts";
import { getSession } from "../store/sessions.ts";
import type { Transactions } from "../store/store.ts";
import { getTurn, releaseTurn } from "../store/turns.ts";
import type { StoredTurn } from "../store/turns.ts";
import { isModelProblem } from "./app.ts";
import { tellLeftQuestions } from "./left-questions.ts";
import { maskBlock } from "./mask-content.ts";
import { endOfTurn } from "./end-of-turn.ts";
import type { ModelDirectory } from "./model-directory.ts";
import { printedText } from "./printed-output.ts";
import { bookRequest, insertResult, maskParts } from "./step-rows.ts";
import type { UnseenEnds } from "./unseen-ends.ts";
import { usageRecord } from "./usage-record.ts";

/** Of the Context, which names the guards and so can't be named here. */
export interface SettleContext {
  readonly store: Transactions;
  readonly journals: Journals;
  readonly config: Pick<Config, "dataDirectory">;
  readonly models: Pick<ModelDirectory, "resolve">;
  readonly secrets: () => readonly string[];
  readonly ends: Pick<UnseenEnds, "lost">;
}

/** What takes the place of results that never came. */
const answers = {
  asked: "Not run: the program ended while the person was being asked for permission.",
  cutOff: "Not run: the program ended before the model had finished its step.",
  open: "Interrupted: the program ended before this call had answered. What it had done by then is unknown.",
};

/**
 * Puts the rows of a turn of ours, which nobody runs any more, in order: what had streamed is kept and marked interrupted,
 * each call has one result, the request that was cut off is booked by an estimate, and the session is free. All in one
 * transaction; `why` is for the person. False: someone else was faster. Rejects as Store.transact does.
 */
export async function settleTurn(context: SettleContext, turn: StoredTurn, why: string): Promise<boolean> {
  for (let known = turn; ;) {
    const outcome = await settleKnown(context, known, why);
    if (typeof outcome === "boolean") return outcome;
    known = outcome;
  }
}

/** Its owner may have moved on after `turn` was read: then nothing is settled, and where it stands by now is answered. */
async function settleKnown(context: SettleContext, turn: StoredTurn, why: string): Promise<boolean | StoredTurn> {
  const { store, journals, secrets } = context;
  const journal = turn.messageId === null ? null : journals.read(turn.messageId);
  const known = secrets();
  const dead: DeadTurn = {
    turn,
    why: maskSecrets(why, known),
    secrets: known,
    replay: journal === null ? null : replayJournal(journal.lines, journal.writtenAtMs),
    printed: turn.phase === "calling" && journal !== null ? printedIn(journal, context, turn) : new Map(),
    hasJournal: journal !== null,
    writtenAtMs: journal?.writtenAtMs ?? 0,
  };
  const outcome = await store.transact(
    (tx) => {
      const now = getTurn(tx, turn.sessionId);
      if (now?.fence !== turn.fence) return false;
      if (now.phase !== turn.phase || now.messageId !== turn.messageId) return now;
      settleQuestions(tx, dead, settleRows(tx, context, dead));
      // Without a step of its own, it had not come to any end.
      const reason = turn.messageId === null ? "error" : endOfTurn(tx, turn.sessionId).reason;
      context.ends.lost(tx, turn.sessionId, reason);
      return releaseTurn(tx, turn);
    },
    { survives: "power-loss" },
  );
  if (outcome === true && turn.messageId !== null) journals.remove(turn.messageId);
  return outcome;
}

interface DeadTurn {
  readonly turn: StoredTurn;
  readonly why: string;
  readonly secrets: readonly string[];
  /** What the journal tells; null where there is none, or one of another version. */
  readonly replay: JournalReplay | null;
  /** What the calls had printed. */
  readonly printed: ReadonlyMap<ToolCallId, string>;
  readonly hasJournal: boolean;
  readonly writtenAtMs: number;
}

/** The rows of a dead turn's last step. */
interface DeadStep extends DeadTurn {
  readonly row: Message;
  /** What stands behind the row. */
  readonly later: readonly Message[];
}

/**
 * The rows that took the place of results where the turn could go on among its calls as if nothing had happened; null
 * where it can't.
 */
function settleRows(tx: WriteHandle, context: SettleContext, dead: DeadTurn): readonly MessageId[] | null {
  const { sessionId, messageId, phase } = dead.turn;
  if (messageId === null || phase === "ended") return null;
  const [row, ...later] = messagesFrom(tx, sessionId, messageId);
  // Another program has deleted it, or made it into something else.
  if (row === undefined || row.unreadable !== null) return null;
  const step = { ...dead, row, later };
  if (row.parts.some((part) => part.type === "finish")) return settleCalls(tx, step);
  const kept = interruptedStep(row, step.replay?.content ?? null);
  updateMessage(tx, messageId, {
    parts: maskParts([...kept.parts, interruptedFinish(step)], step.secrets),
    exactBlocks: kept.exactBlocks?.map((block) => maskBlock(block, step.secrets)) ?? null,
  });
  const calls = kept.parts.filter((part) => part.type === "tool_call");
  answerCalls(tx, step, { calls, answerTo: ({ id }) => answerWithInput(answers.cutOff, kept.brokenInputs.get(id)) });
  // A row that waits for its next try is booked already, unless the try has begun. What waited for others cost nothing.
  const isSent = step.replay?.content.isSent ?? true;
  if (isSent && (phase === "requesting" || step.hasJournal)) {
    bookRequest(tx, estimatedRecord(tx, context, { ...step, outputLength: kept.outputLength }));
  }
  return null;
}

/** Questions that the turn waited with are the person's still, where it can be taken up. */
function settleQuestions(tx: WriteHandle, { turn }: DeadTurn, results: readonly MessageId[] | null): void {
  const { sessionId } = turn;
  if (results === null) {
    deleteAsks(tx, sessionId);
    return;
  }
  settleAsks(tx, sessionId, results);
  tellLeftQuestions(tx, sessionId);
}

/** The step itself was finished; the turn ended among its calls, or before the next step. */
function settleCalls(tx: WriteHandle, step: DeadStep): readonly MessageId[] | null {
  const { row, turn } = step;
  const asked = new Set(listAsks(tx, turn.sessionId).flatMap((ask) => (ask.messageId === row.id ? [ask.callId] : [])));
  const results = answerCalls(tx, step, {
    calls: row.parts.filter((part) => part.type === "tool_call"),
    answerTo: ({ id }) => (asked.has(id) ? answers.asked : openAnswer(step.printed.get(id) ?? "")),
  });
  const finish = row.parts.find((part) => part.type === "finish");
  if (finish?.reason !== "tool_use") return null;
  const parts = row.parts.map((part) => (part === finish ? interruptedFinish(step) : part));
  updateMessage(tx, row.id, { parts, exactBlocks: row.exactBlocks });
  return results;
}

function printedIn(
  { lines }: Journal,
  { config }: SettleContext,
  { sessionId }: StoredTurn,
): ReadonlyMap<ToolCallId, string> {
  const replay = new OutputReplay();
  replay.add(lines);
  const entries = [...replay.outputs].map(([id, output]: readonly [ToolCallId, PrintedOutput]) => {
    return [id, printedText(output, config.dataDirectory, sessionId)] as const;
  });
  return new Map(entries);
}

function openAnswer(printed: string): string {
  if (printed === "") return answers.open;
  return `${printed}${printed.endsWith("\n") ? "" : "\n"}\n${answers.open}`;
}

/** Returns the rows that it adds. */
function answerCalls(
  tx: WriteHandle,
  { turn, row, later, secrets }: DeadStep,
  { calls, answerTo }: { readonly calls: readonly ToolCallPart[]; readonly answerTo: (call: ToolCallPart) => string },
): readonly MessageId[] {
  const answered = new Set(
    later.flatMap((message) => message.parts.flatMap((part) => (part.type === "tool_result" ? [part.toolCallId] : []))),
  );
  // Behind what another program has said since, a result would belong to no call.
  const hasOthers = later.some((message) => message.role !== "tool");
  return calls
    .filter((call) => !answered.has(call.id))
    .map((call) => {
      const { id } = insertResult(tx, {
        sessionId: turn.sessionId,
        call,
        result: { content: answerTo(call), isError: true },
        secrets,
        ...(hasOthers ? { createdAt: row.createdAt } : {}),
      });
      return id;
    });
}

function interruptedFinish(step: DeadStep): FinishPart {
  return {
    type: "finish",
    reason: "error",
    time: lastWriteSeconds(step),
    message: "Interrupted",
    details: step.why,
  };
}

function lastWriteSeconds({ row, later, writtenAtMs }: DeadStep): number {
  const results = later.filter((message) => message.role === "tool").map((message) => message.createdAt);
  return Math.max(row.createdAt, unixSeconds(writtenAtMs), row.finishedAt ?? row.updatedAt, ...results);
}

function estimatedRecord(
  tx: ReadHandle,
  context: SettleContext,
  step: DeadStep & { readonly outputLength: number },
): UsageRecord {
  const { turn, row, replay, outputLength } = step;
  const choice = { provider: row.provider ?? "", model: row.model };
  const usage = settledUsage(replay?.content.usage ?? null, {
    messages: messagesBefore(tx, row),
    overheadLength: replay?.overheadLength ?? 0,
    outputLength,
    isComplete: false,
    isRefused: false,
  });
  const model = context.models.resolve(choice);
  const listCostUsd = isModelProblem(model) ? null : model.provider.isFlatRate ? 0 : costOf(usage, model.info.prices);
  const startedAtMs = Math.max(turn.startedAtMs, row.createdAt * 1000);
  const durationMs = Math.max(0, lastWriteSeconds(step) * 1000 - startedAtMs);
  return usageRecord(
    { usage, providerCostUsd: null, startedAtMs, durationMs, outcome: "interrupted" },
    { sessionId: turn.sessionId, messageId: row.id, purpose: "turn", ...choice, listCostUsd },
  );
}

/** What the request had held. */
function messagesBefore(tx: ReadHandle, row: Message): ReturnType<typeof buildMessages> {
  const history = [...messagesForRequest(tx, row.sessionId)];
  const before = history.slice(
    0,
    Math.max(
      0,
      history.findIndex((message) => message.id === row.id),
    ),
  );
  const summaryMessageId = getSession(tx, row.sessionId)?.summaryMessageId ?? null;
  return buildMessages(before, {
    supportsImages: true,
    summaryMessageId,
    providerId: row.provider ?? "",
    modelId: row.model,
  });
}
