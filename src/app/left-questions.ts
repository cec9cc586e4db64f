/** Questions of turns whose process was killed while it waited for the person. */
import type { SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import { deleteAsk, deleteAsks, listAsks, type StoredAsk } from "../store/asks.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { messagesFrom } from "../store/message-pages.ts";
import type { Transactions } from "../store/store.ts";
import { getTurn } from "../store/turns.ts";
import type { LiveTurn } from "./app.ts";
import { decodeQuestion } from "./asked-question.ts";

/** Of the Context, which names the guards, whose settling keeps questions, and so can't be named here. */
interface QuestionStore {
  readonly store: Transactions;
}

export interface LeftQuestion {
  readonly request: PermissionRequest;
  readonly askedAtMs: number;
  /** The step whose call asks. */
  readonly step: Message;
  /** The rows behind it, results all of them. */
  readonly results: readonly Message[];
  /** Those among them that only stand for results which never came. */
  readonly placeholders: ReadonlySet<string>;
}

/**
 * Of one session or of all, in the order of asking. A question is void, and left out, where anything but the settling has
 * happened behind its step since, whoever did it.
 */
export function leftQuestions(handle: ReadHandle, sessionId?: SessionId): readonly LeftQuestion[] {
  return listAsks(handle, sessionId).flatMap((ask) => leftQuestion(handle, ask) ?? []);
}

function leftQuestion(handle: ReadHandle, ask: StoredAsk): LeftQuestion | null {
  const request = ask.settled === null ? null : decodeQuestion(ask);
  if (request === null) return null;
  const [step, ...results] = messagesFrom(handle, ask.sessionId, ask.messageId);
  const isThere = step?.parts.some((part) => part.type === "tool_call" && part.id === ask.callId) ?? false;
  if (step === undefined || !isThere || results.some(({ role }) => role !== "tool")) return null;
  const placeholders = new Set<string>(ask.settled);
  const isAnswered = results.some(({ id, parts }) => {
    return !placeholders.has(id) && parts.some((part) => part.type === "tool_result" && part.toolCallId === ask.callId);
  });
  return isAnswered ? null : { request, askedAtMs: ask.askedAtMs, step, results, placeholders };
}

/** The sessions in which one waits. */
export function sessionsAsking(handle: ReadHandle): ReadonlySet<SessionId> {
  return new Set(leftQuestions(handle).map(({ request }) => request.sessionId));
}

/** What the screen needs of a turn that waits for an answer and does not run; null: there is none. */
export function leftTurn({ store }: QuestionStore, sessionId: SessionId): LiveTurn | null {
  const questions = store.read((tx) => leftQuestions(tx, sessionId));
  const [first] = questions;
  if (first === undefined) return null;
  const pendingPermissions = questions.map(({ request }) => request);
  return { sessionId, startedAtMs: first.askedAtMs, message: null, pendingPermissions, retry: null, isLeft: true };
}

/** The person wants no answer any more: what settling made of the turn stays. */
export async function giveUpQuestions({ store }: QuestionStore, sessionId: SessionId): Promise<void> {
  if (store.read((tx) => leftQuestions(tx, sessionId)).length === 0) return;
  await store.transact((tx) => {
    if (getTurn(tx, sessionId) !== null) return;
    deleteAsks(tx, sessionId);
    tx.emit({ type: "turn-end", sessionId, reason: "canceled" });
  });
}

/** Takes away the rows of void questions: nobody asks them, and they hold what was said. */
export async function dropVoidQuestions({ store }: QuestionStore): Promise<void> {
  const voidIds = (handle: ReadHandle): readonly string[] =>
    listAsks(handle).flatMap((ask) => (ask.settled !== null && leftQuestion(handle, ask) === null ? [ask.id] : []));
  if (store.read(voidIds).length === 0) return;
  await store.transact((tx) => {
    for (const id of voidIds(tx)) deleteAsk(tx, id);
  });
}

/** Tells the watchers after the commit that these wait for the person. */
export function tellLeftQuestions(tx: WriteHandle, sessionId: SessionId): void {
  for (const { request } of leftQuestions(tx, sessionId)) {
    tx.emit({ type: "permission-asked", sessionId, request, origin: "left" });
  }
}
