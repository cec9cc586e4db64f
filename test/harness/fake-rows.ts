/** Rows that look real, for tests of front ends. */
import type {
  LiveTurn,
  ModelProblem,
  ResolvedModel,
  SessionDetails,
  SessionMetrics,
  SessionSummary,
} from "../../src/app/app.ts";
import type { TurnOutcome } from "../../src/app/prompt.ts";
import type { SessionId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import type { SessionEvent } from "../../src/schema/session-event.ts";
import type { Session } from "../../src/schema/session.ts";
import { noUsage } from "../../src/schema/usage.ts";
import type { PermissionRequest } from "../../src/schema/permission.ts";
import { fakeNowSeconds, noFigures } from "./fake-facts.ts";

export interface RunningTurn {
  readonly sessionId: SessionId;
  readonly end: (outcome: TurnOutcome) => void;
}

export const endTurn: TurnOutcome = { reason: "end_turn", text: "", usage: noUsage, costUsd: 0 };

/** What the fake app knows of a session. */
export interface FakeSession {
  session: Session;
  messages: Message[];
  metrics: SessionMetrics;
  model: ResolvedModel | ModelProblem;
  draft: string;
  live: LiveTurn | null;
}

export function fakeSession(id: SessionId, title: string): Session {
  return {
    id,
    parentSessionId: null,
    title,
    messageCount: 0,
    promptTokens: 0,
    completionTokens: 0,
    cost: 0,
    createdAt: fakeNowSeconds - 3600,
    updatedAt: fakeNowSeconds,
    summaryMessageId: null,
    todos: [],
  };
}

export function fakeMessage(message: Pick<Message, "id" | "sessionId" | "role" | "parts">): Message {
  const isAnswer = message.role === "assistant";
  return {
    ...message,
    model: isAnswer ? "oak-1" : "",
    provider: isAnswer ? "acme" : null,
    createdAt: fakeNowSeconds,
    updatedAt: fakeNowSeconds,
    finishedAt: fakeNowSeconds,
    isSummary: false,
    exactBlocks: null,
    unreadable: null,
  };
}

export function turnEnd(sessionId: SessionId, { reason, errorMessage, errorHint }: TurnOutcome): SessionEvent {
  return {
    type: "turn-end",
    sessionId,
    reason,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(errorHint === undefined ? {} : { errorHint }),
  };
}

/** A line of the session list, as far as the session itself says. */
export function fakeLine(
  { session, live }: FakeSession,
  figures: Partial<SessionSummary["figures"]> | undefined,
): Pick<SessionSummary, "session" | "state" | "model" | "figures"> {
  return {
    session,
    state: live === null ? "idle" : "running",
    model: "Oak 1",
    figures: { ...noFigures, messageCount: session.messageCount, ...figures },
  };
}

export function leftQuestions(sessions: readonly FakeSession[]): readonly PermissionRequest[] {
  return sessions.flatMap(({ live }) => (live?.isLeft === true ? live.pendingPermissions : []));
}

export function fakeDetails({ session, metrics }: FakeSession, hash: string): SessionDetails {
  const { messageCount } = session;
  return { session, facts: null, branchChange: null, hash, metrics: { ...metrics, messageCount } };
}
