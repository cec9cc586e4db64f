import { setTimeout as wait } from "node:timers/promises";
import { unreachable } from "../../lib/assert.ts";
import type { JsonObject } from "../../lib/json.ts";
import { asToolCallId } from "../../schema/ids.ts";
import type { ModelMessage, ModelRequest } from "../../schema/model-request.ts";
import { noUsage } from "../../schema/usage.ts";
import type { Usage } from "../../schema/usage.ts";
import type { ModelEvent, Provider } from "../provider.ts";
import { understandRequest } from "./understand-request.ts";
import type { PracticeRequest } from "./understand-request.ts";

/** Pause between two words, in milliseconds: so that streaming, cancelling and switching can be tried. */
const wordPauseMs = 8;

const introduction = `I am the built-in practice model: no AI, only a few fixed requests, so that you can try Crush without a key.
I understand, for example:

- \`list files\` or \`list files in src\`
- \`read README.md\`
- \`search for TODO\` or \`search for "main(" in src\`
- \`create notes.txt with Hello there\`
- \`change "Hello" to "Goodbye" in notes.txt\`
- \`run git status\`
- \`make a session for "Docs" and read README.md\`, \`list sessions\`, \`search sessions for TODO\`

For real answers choose a model with **ctrl+l** or \`crush login <provider>\`.`;

/** The provider that needs no key and no network: understands a few plain requests through the same tools. */
export const practiceProvider: Provider = {
  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    yield* isToolUseOffered(request) ? answerTurn(request, signal) : say(describe(request), { request, signal });
  },
};

function isToolUseOffered(request: ModelRequest): boolean {
  return request.tools.length > 0;
}

/** Without tools the request is a title's (one message, the conversation in it) or a summary's (the conversation). */
function describe(request: ModelRequest): string {
  const prompts = request.messages.flatMap((message) => (message.role === "user" ? [promptOf(message)] : []));
  if (prompts.length === 1) return firstLine(prompts[0]?.replace(/^Person:\s*/u, "") ?? "");
  const lines = prompts.slice(0, -1).map((prompt) => `- ${firstLine(prompt)}`);
  return `The practice model, which is no AI, was asked so far:\n${lines.join("\n")}`;
}

/** Of 50 characters at most, a title's length. */
function firstLine(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "Practice";
  return line.slice(0, 50).toWellFormed();
}

async function* answerTurn(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const last = request.messages.at(-1);
  if (last?.role === "tool") {
    const next = followUp(request.messages);
    if (next !== null) {
      yield* call(next.name, { request, input: next.input });
      return;
    }
    yield* say(report(last), { request, signal });
    return;
  }
  const wanted = understandRequest(lastUserText(request.messages));
  const first = firstCall(wanted);
  if (first === null) yield* say(introduction, { request, signal });
  else yield* call(first.name, { request, input: first.input });
}

interface PlannedCall {
  readonly name: string;
  readonly input: JsonObject;
}

function firstCall(wanted: PracticeRequest): PlannedCall | null {
  switch (wanted.kind) {
    case "list":
      return { name: "ls", input: { path: wanted.path } };
    case "read":
      return { name: "view", input: { file_path: wanted.path } };
    case "search":
      return {
        name: "grep",
        input: { pattern: wanted.pattern, literal_text: true, ...(wanted.path === null ? {} : { path: wanted.path }) },
      };
    case "create":
      return { name: "write", input: { file_path: wanted.path, content: `${wanted.content}\n` } };
    case "change":
      return { name: "view", input: { file_path: wanted.path } };
    case "run":
      return { name: "bash", input: { description: "Run the command", command: wanted.command } };
    case "make-session": {
      const { title, prompt } = wanted;
      return { name: "session_create", input: { title, prompt: prompt ?? title, start: prompt !== null } };
    }
    case "list-sessions":
      return { name: "session_list", input: {} };
    case "search-sessions":
      return { name: "session_search", input: { query: wanted.query } };
    case "read-session":
      return { name: "session_read", input: { session: wanted.session } };
    case "unknown":
      return null;
    default:
      return unreachable(wanted);
  }
}

/** A change reads first (the edit tool demands it), then edits. */
function followUp(messages: readonly ModelMessage[]): PlannedCall | null {
  const wanted = understandRequest(lastUserText(messages));
  const last = messages.at(-1);
  if (wanted.kind !== "change" || last?.role !== "tool") return null;
  const result = last.results[0];
  if (result === undefined || result.toolName !== "view" || result.isError) return null;
  return { name: "edit", input: { file_path: wanted.path, old_string: wanted.before, new_string: wanted.after } };
}

function report(message: Extract<ModelMessage, { role: "tool" }>): string {
  const result = message.results[0];
  if (result === undefined) return "Nothing happened.";
  const text = result.text.length > 2_000 ? `${result.text.slice(0, 2_000)}\n…` : result.text;
  const head = result.isError
    ? `That did not work (${result.toolName}):`
    : `Done with \`${result.toolName}\`. It says:`;
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/gu)].map((run) => run[0].length + 1)));
  return `${head}\n\n${fence}\n${text}\n${fence}`;
}

function lastUserText(messages: readonly ModelMessage[]): string {
  const last = messages.findLast((message) => message.role === "user");
  return last?.role === "user" ? promptOf(last) : "";
}

/** What the person typed: attached texts follow it, their own commands stand before it. */
function promptOf({ content }: Extract<ModelMessage, { role: "user" }>): string {
  const texts = content.flatMap((part) => (part.kind === "text" ? [part.text] : []));
  return texts.findLast((text) => !text.startsWith("<attachment name=")) ?? texts.at(-1) ?? "";
}

async function* say(
  text: string,
  { request, signal }: { request: ModelRequest; signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  yield { type: "text-start", blockId: "0" };
  for (const word of text.match(/\S+\s*|\s+/gu) ?? []) {
    if (signal.aborted) {
      yield { type: "failure", failure: { kind: "aborted", message: "Aborted", isRetryable: false } };
      return;
    }
    yield { type: "text-delta", blockId: "0", text: word };
    await wait(wordPauseMs);
  }
  yield { type: "text-end", blockId: "0" };
  yield { type: "finish", reason: "end_turn", usage: countedUsage(request, text) };
}

function* call(name: string, { request, input }: { request: ModelRequest; input: JsonObject }): Generator<ModelEvent> {
  const toolCallId = asToolCallId(`practice_${crypto.randomUUID()}`);
  const text = JSON.stringify(input);
  yield { type: "tool-call-start", toolCallId, name };
  yield { type: "tool-call-delta", toolCallId, inputText: text };
  yield { type: "tool-call-end", toolCallId, name, input: text };
  yield { type: "finish", reason: "tool_use", usage: countedUsage(request, text) };
}

/** Words count as tokens here: this model reads words. */
function countedUsage(request: ModelRequest, output: string): Usage {
  const input = lastUserText(request.messages);
  return { ...noUsage, inputTokens: words(input), outputTokens: words(output) };
}

function words(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}
