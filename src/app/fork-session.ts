import type { Config } from "../config/config.ts";
import { AppError } from "../lib/app-error.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";
import { newSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Part } from "../schema/message.ts";
import type { Session, Todo } from "../schema/session.ts";
import { promptTokens } from "../schema/usage.ts";
import { beginCopy, endCopy, giveUpCopy, messagesNaming } from "../store/copy-session.ts";
import type { CopiedSession, RowCopy } from "../store/copy-session.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { outlineMessages } from "../store/message-pages.ts";
import type { MessageOutline } from "../store/message-pages.ts";
import { getMessage } from "../store/messages.ts";
import { changeSessionFacts, getSessionFacts, titleSource } from "../store/session-facts.ts";
import { decodeTodos } from "../store/session-row.ts";
import { addTags, listTags } from "../store/session-tags.ts";
import { getSession, isTitleInUse } from "../store/sessions.ts";
import type { Transactions } from "../store/store.ts";
import { usageOfMessage } from "../store/usage-ledger.ts";
import { sessionNotFound } from "./find-session.ts";
import { forkPoint } from "./fork-point.ts";
import type { ForkResult, ForkTarget } from "./session-organiser.ts";
import { readGitBranch } from "./git-head.ts";
import { insertEmptySession } from "./unsaved-sessions.ts";

type ForkConfig = Pick<Config, "workingDirectory" | "projectRoot">;

export interface ForkPorts {
  readonly store: Transactions;
  readonly config: ForkConfig;
  /** Of the process whose life the copying depends on. */
  readonly ownerId: string;
  /** See copyInBatches. */
  readonly copyRows: (copy: RowCopy) => MessageId | null;
}

/** What is copied, and what the new session's row will say, all but its title. */
interface ForkPlan extends ForkEnd, Pick<CopiedSession, "todos" | "promptTokens" | "completionTokens"> {
  readonly taken: readonly MessageOutline[];
  readonly summaryMessageId: MessageId | null;
  readonly until: number | null;
}

/**
 * Copies a session up to a message into a new top-level one: see SessionOrganiser.fork. Throws session-not-found; usage
 * where there is nothing to copy, or the message is not the session's.
 */
export async function forkSession(ports: ForkPorts, source: SessionId, target: ForkTarget): Promise<ForkResult> {
  const { store, ownerId, copyRows } = ports;
  const plan = store.read((tx) => planFork(tx, requireSession(tx, source), target));
  if (plan.count === 0) {
    return store.transact((tx) => {
      const title = freeTitle(tx, requireSession(tx, source));
      const { id } = insertEmptySession(tx, ports.config, { title });
      return finish(tx, ports, { source: requireSession(tx, source), id, title, plan });
    });
  }
  const id = newSessionId();
  await store.transact((tx) => {
    beginCopy(tx, { target: id, ownerId });
  });
  try {
    const { taken: messages, summaryMessageId, until } = plan;
    const summary = copyRows({ source, target: id, messages, summaryMessageId, until });
    return await store.transact((tx) => {
      const session = requireSession(tx, source);
      const title = freeTitle(tx, session);
      endCopy(tx, { ...plan, id, title, messages, summaryMessageId: summary }, ownerId);
      return finish(tx, ports, { source: session, id, title, plan });
    });
  } catch (error) {
    await store.transact((tx) => {
      giveUpCopy(tx, id);
    });
    throw error;
  }
}

function requireSession(handle: ReadHandle, id: SessionId): Session {
  const session = getSession(handle, id);
  if (session === null) throw sessionNotFound(id);
  return session;
}

function planFork(handle: ReadHandle, source: Session, target: ForkTarget): ForkPlan {
  const outline = outlineMessages(handle, source.id);
  const end = findEnd(handle, outline, target);
  const taken = outline.slice(0, end.count);
  const isWhole = taken.length === outline.length;
  return {
    ...end,
    taken,
    summaryMessageId: summaryOf(source, outline, taken),
    todos: isWhole ? source.todos : todosAfter(handle, source.id, taken),
    ...(isWhole
      ? { promptTokens: source.promptTokens, completionTokens: source.completionTokens }
      : contextAfter(handle, source.id, taken)),
    until: isWhole ? null : (taken.at(-1)?.createdAt ?? 0),
  };
}

function freeTitle(tx: ReadHandle, { title }: Session): string {
  return forkTitle(title, (candidate) => isTitleInUse(tx, candidate));
}

function finish(
  tx: WriteHandle,
  { config }: Pick<ForkPorts, "config">,
  made: { readonly source: Session; readonly id: SessionId; readonly title: string; readonly plan: ForkPlan },
): ForkResult {
  const { source, id, title, plan } = made;
  takeFacts(tx, config, { source, id, title, lastTaken: plan.taken.at(-1)?.id ?? null, draft: plan.draft });
  addTags(tx, id, listTags(tx, source.id));
  return { sessionId: id, title, messageCount: countShown(plan.taken), leftOutStep: plan.leftOutStep };
}

/** As lists count them: results of tools belong to the answers. */
function countShown(messages: readonly MessageOutline[]): number {
  return messages.filter(({ role }) => role === "user" || role === "assistant").length;
}

/** Its own facts: the model goes on, title and origin are the fork's; the branch and directory are those of now. */
function takeFacts(
  tx: WriteHandle,
  config: ForkConfig,
  fork: {
    readonly source: Session;
    readonly id: SessionId;
    readonly title: string;
    readonly lastTaken: MessageId | null;
    readonly draft: string;
  },
): void {
  const facts = getSessionFacts(tx, fork.source.id);
  changeSessionFacts(tx, fork.id, {
    provider: facts?.provider ?? null,
    model: facts?.model ?? null,
    reasoningEffort: facts?.reasoningEffort ?? null,
    workingDirectory: config.workingDirectory,
    gitBranch: readGitBranch(config.projectRoot),
    titleSource: titleSource(fork.source, facts),
    lastOwnTitle: fork.title,
    draft: fork.draft,
    forkedFromSessionId: fork.source.id,
    forkedFromMessageId: fork.lastTaken,
  });
}

interface ForkEnd {
  readonly count: number;
  readonly leftOutStep: boolean;
  readonly draft: string;
}

function findEnd(handle: ReadHandle, outline: readonly MessageOutline[], target: ForkTarget): ForkEnd {
  const partsOf = (id: MessageId): readonly Part[] => getMessage(handle, id)?.parts ?? [];
  if (outline.length === 0) {
    throw new AppError("usage", "the session has no messages yet", { hint: "there is nothing to fork" });
  }
  if ("before" in target) {
    const index = indexOf(outline, target.before);
    const before = outline.slice(0, index);
    const point = index === 0 ? { count: 0, leftOutStep: false } : forkPoint(before, index - 1, partsOf);
    const draft = outline[index]?.role === "user" ? textOf(partsOf(target.before)) : "";
    return { ...point, draft };
  }
  const index = target.at === undefined ? outline.length - 1 : indexOf(outline, target.at);
  const point = forkPoint(outline, index, partsOf);
  if (point.count > 0) return { ...point, draft: "" };
  throw new AppError("usage", "nothing before that message is finished", { hint: "fork once the step has ended" });
}

function indexOf(outline: readonly MessageOutline[], id: MessageId): number {
  const index = outline.findIndex((message) => message.id === id);
  if (index >= 0) return index;
  throw new AppError("usage", `the session has no message ${id}`, { hint: "it may have been removed meanwhile" });
}

function textOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
}

/** `Parser (fork)`, `Parser (fork 2)`, … */
function forkTitle(title: string, isTaken: (title: string) => boolean): string {
  const base = title.replace(/ \(fork(?: \d+)?\)$/u, "");
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? `${base} (fork)` : `${base} (fork ${String(number)})`;
    if (!isTaken(candidate)) return candidate;
  }
}

/** The summary that requests start at: the session's, else (where that came later) the last one before it. */
function summaryOf(
  source: Session,
  outline: readonly MessageOutline[],
  taken: readonly MessageOutline[],
): MessageId | null {
  const current = outline.findIndex((message) => message.id === source.summaryMessageId);
  if (current < 0) return null;
  if (current < taken.length) return source.summaryMessageId;
  return taken.findLast((message) => message.isSummary)?.id ?? null;
}

/** As the last `todos` call before the end left them. */
function todosAfter(handle: ReadHandle, sourceId: SessionId, taken: readonly MessageOutline[]): readonly Todo[] {
  const naming = new Set(messagesNaming(handle, sourceId, "todos"));
  for (const { id } of taken.toReversed()) {
    if (!naming.has(id)) continue;
    for (const part of getMessage(handle, id)?.parts ?? []) {
      if (part.type !== "tool_result" || part.name !== "todos") continue;
      const todos = parseTodos(part.metadata);
      if (todos !== null) return todos;
    }
  }
  return [];
}

function parseTodos(metadata: string): readonly Todo[] | null {
  const parsed = parseJson(metadata);
  const list = isJsonObject(parsed) ? parsed["todos"] : undefined;
  return Array.isArray(list) ? decodeTodos(JSON.stringify(list)) : null;
}

/** What the last step's request held; 0 where no ledger row tells. */
function contextAfter(
  handle: ReadHandle,
  sourceId: SessionId,
  taken: readonly MessageOutline[],
): { readonly promptTokens: number; readonly completionTokens: number } {
  const step = taken.findLast((message) => message.role === "assistant");
  const usage = step === undefined ? undefined : usageOfMessage(handle, sourceId, step.id);
  if (usage === undefined) return { promptTokens: 0, completionTokens: 0 };
  return { promptTokens: promptTokens(usage), completionTokens: usage.outputTokens };
}
