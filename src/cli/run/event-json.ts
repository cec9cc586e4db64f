import { unreachable } from "../../lib/assert.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import { usageJson } from "../format-usage.ts";
import { messageJson } from "../session/part-json.ts";

type Json = Readonly<Record<string, unknown>>;

type Recorded = Extract<SessionEvent, { type: "usage-recorded" }>["record"];

function recordJson(record: Recorded): Json {
  return {
    purpose: record.purpose,
    provider: record.provider,
    model: record.model,
    usage: usageJson(record.usage),
    cost_usd: record.costUsd,
    duration_ms: record.durationMs,
    outcome: record.outcome,
  };
}

type StoredEvent = Extract<
  SessionEvent,
  { type: `session-${string}` | `message-${string}` | "usage-recorded" | "file-changed" | "grants-changed" }
>;

/** Undefined: says nothing that another event does not say. */
function storedMembers(event: StoredEvent): Json | undefined {
  switch (event.type) {
    case "message-created":
      return { message: messageJson(event.message) };
    case "message-updated":
      // A message that still grows is told by its deltas.
      return event.message.parts.some((part) => part.type === "finish")
        ? { message: messageJson(event.message) }
        : undefined;
    case "message-deleted":
      return { message_id: event.messageId };
    case "usage-recorded":
      return recordJson(event.record);
    case "file-changed":
      return { path: event.path };
    case "session-made":
      return { made_session_id: event.madeId, title: event.title, is_started: event.isStarted };
    case "session-created":
    case "session-updated":
    case "session-deleted":
    case "grants-changed":
      return undefined;
    default:
      return unreachable(event);
  }
}

type ToolEvent = Extract<SessionEvent, { type: `tool-${string}` | `permission-${string}` }>;

function toolMembers(event: ToolEvent): Json {
  switch (event.type) {
    case "tool-call-start":
      return { message_id: event.messageId, tool_call_id: event.toolCallId, name: event.name };
    case "tool-call-delta":
      return { message_id: event.messageId, tool_call_id: event.toolCallId, input_text: event.inputText };
    case "tool-call-end":
      return { message_id: event.messageId, tool_call_id: event.toolCallId, name: event.name, input: event.input };
    case "tool-run-start":
      return { tool_call_id: event.toolCallId };
    case "tool-output":
      return { tool_call_id: event.toolCallId, text: event.text };
    case "permission-asked": {
      const { id, tool, action, path, command, description, toolCallId } = event.request;
      return { permission_id: id, tool_call_id: toolCallId, tool, action, path, command, description };
    }
    case "permission-answered":
      return { permission_id: event.requestId, decision: event.decision };
    default:
      return unreachable(event);
  }
}

type TurnEvent = Exclude<SessionEvent, StoredEvent | ToolEvent | WindowEvent>;

function turnMembers(event: TurnEvent): Json {
  switch (event.type) {
    case "turn-start":
      return {};
    case "step-start":
      return { message_id: event.messageId, step: event.step };
    case "request-wait":
    case "request-start":
      return { message_id: event.messageId };
    case "text-delta":
    case "reasoning-delta":
      return { message_id: event.messageId, text: event.text };
    case "retry-wait":
      return {
        message_id: event.messageId,
        attempt: event.attempt,
        due_at: new Date(event.dueAtMs).toISOString(),
        reason: event.reason,
      };
    case "storage-wait":
      return { reason: event.reason };
    case "storage-ready":
      return {};
    case "budget-warned":
      return { scope: event.scope, spent_usd: event.spentUsd, limit_usd: event.limitUsd };
    case "price-missing":
      return { model: event.model, scope: event.scope, limit_usd: event.limitUsd };
    case "turn-end":
      return { reason: event.reason, error: event.errorMessage, hint: event.errorHint };
    default:
      return unreachable(event);
  }
}

const windowEvents: ReadonlySet<SessionEvent["type"]> = new Set([
  "owner-silent",
  "turn-elsewhere",
  "command-changed",
  "grant-lost",
  "jobs-changed",
  "jobs-ended",
]);

type WindowEvent = Extract<
  SessionEvent,
  { type: `queue-${string}` | `jobs-${string}` | "owner-silent" | "turn-elsewhere" | "command-changed" | "grant-lost" }
>;

/** A run has one prompt and asks nobody: what waits besides, and lasting answers, are the windows' matter. */
function isOfWindow(event: SessionEvent): event is WindowEvent {
  return event.type.startsWith("queue-") || windowEvents.has(event.type);
}

function isStored(event: SessionEvent): event is StoredEvent {
  return /^(?:session|message)-|^(?:usage-recorded|file-changed|grants-changed)$/u.test(event.type);
}

function isOfTool(event: SessionEvent): event is ToolEvent {
  return /^(?:tool|permission)-/u.test(event.type);
}

/** An event as one line of stream-json has it; undefined for those that it leaves out. */
export function eventJson(event: SessionEvent): Json | undefined {
  if (isOfWindow(event)) return undefined;
  const members = isStored(event) ? storedMembers(event) : isOfTool(event) ? toolMembers(event) : turnMembers(event);
  return members === undefined ? undefined : { type: event.type, ...members };
}
