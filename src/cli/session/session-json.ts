import type { ChangedFile, SessionDetails } from "../../app/app.ts";
import type { Message } from "../../schema/message.ts";
import { costJson, usageJson } from "../format-usage.ts";
import { formatRfc3339 } from "../format-time.ts";
import { messageJson } from "./part-json.ts";

type Json = Readonly<Record<string, unknown>>;

export function fileJson(file: ChangedFile): Json {
  return { path: file.path, change: file.change, additions: file.additions, removals: file.removals };
}

/** Crush's three token fields hold its columns: the last step's gauge. What was consumed is in `usage`. */
function metaJson({ session, facts, hash, metrics }: SessionDetails): Json {
  return {
    id: hash,
    uuid: session.id,
    title: session.title,
    created: formatRfc3339(session.createdAt),
    modified: formatRfc3339(session.updatedAt),
    cost: session.cost,
    prompt_tokens: session.promptTokens,
    completion_tokens: session.completionTokens,
    total_tokens: session.promptTokens + session.completionTokens,
    usage: { ...usageJson(metrics.consumed), ...costJson(metrics) },
    usage_of_titles: { ...usageJson(metrics.titles.consumed), ...costJson(metrics.titles) },
    usage_of_children: { ...usageJson(metrics.children.consumed), ...costJson(metrics.children) },
    message_count: metrics.messageCount,
    turn_count: metrics.turnCount,
    context_tokens: metrics.contextTokens,
    context_window: metrics.contextWindow,
    duration_ms: metrics.durationMs ?? 0,
    files: metrics.files.map((file) => fileJson(file)),
    todos: session.todos.map(({ content, status, activeForm }) => ({ content, status, active_form: activeForm })),
    provider: facts?.provider ?? null,
    model: facts?.model ?? null,
  };
}

export function sessionJson(details: SessionDetails, messages: readonly Message[]): Json {
  return { meta: metaJson(details), messages: messages.map((message) => messageJson(message)) };
}
