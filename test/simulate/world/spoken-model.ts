/** A model inside the process: what it says is told by the prompt, so that what was lost can be named. */
import type { ModelEvent, Provider } from "../../../src/providers/provider.ts";
import { asToolCallId } from "../../../src/schema/ids.ts";
import type { ModelMessage, ModelRequest } from "../../../src/schema/model-request.ts";
import { noUsage } from "../../../src/schema/usage.ts";

/** The prompt: `<name> <kind> <number of words>`. Words are numbered, so that a gap or a repetition shows. */
export type SpokenKind = "talk" | "bash" | "edit" | "both" | "fail";
export const spokenKinds: readonly SpokenKind[] = ["talk", "bash", "edit", "both", "fail"];

const pauseMs = 3;

export function spokenModel(): Provider {
  return { stream: (request, signal) => answer(request, signal) };
}

export const spokenSettings = {
  models: { large: { provider: "spoken", model: "large" }, small: { provider: "spoken", model: "small" } },
  providers: {
    spoken: {
      type: "openai-compat",
      base_url: "http://127.0.0.1:9/v1",
      models: ["large", "small"].map((id) => ({
        id,
        name: id,
        cost_per_1m_in: 1,
        cost_per_1m_out: 2,
        context_window: 1_000_000,
      })),
    },
  },
};

async function* answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const usage = { ...noUsage, inputTokens: 10, outputTokens: 5 };
  if (request.tools.length === 0) {
    yield* text("title", ["A", "title"], signal);
    yield { type: "finish", reason: "end_turn", usage };
    return;
  }
  const { name, kind, count, step } = whatToSay(request.messages);
  const words = Array.from({ length: count }, (_, number) => `${name}.${String(step)}.${String(number)} `);
  const isCalling = step === 0 && (kind === "bash" || kind === "edit" || kind === "both");
  yield* reasoning(words.slice(0, 5), signal);
  yield* text("0", isCalling ? words.slice(0, 10) : words, signal);
  if (isCalling) yield* calls(name, kind, signal);
  if (signal.aborted) yield aborted;
  else if (kind === "fail" && Math.random() < 0.5) yield busy;
  else yield { type: "finish", reason: isCalling ? "tool_use" : "end_turn", usage };
}

const aborted: ModelEvent = {
  type: "failure",
  failure: { kind: "aborted", message: "aborted", isRetryable: false },
};
const busy: ModelEvent = {
  type: "failure",
  failure: { kind: "overloaded", message: "busy", isRetryable: true, retryAfterMs: 60 },
};

interface WhatToSay {
  readonly name: string;
  readonly kind: SpokenKind;
  readonly count: number;
  readonly step: number;
}

function whatToSay(messages: readonly ModelMessage[]): WhatToSay {
  const at = messages.findLastIndex((message) => message.role === "user");
  const spoken = messages[at];
  const prompt =
    spoken?.role === "user" ? spoken.content.map((block) => (block.kind === "text" ? block.text : "")).join("\n") : "";
  const [, name = "unnamed", kind = "talk", count = "20"] = [
    ...(/(\S+) (talk|bash|edit|both|fail) (\d+)/gu.exec(prompt) ?? []),
  ];
  const step = messages.slice(at).filter((message) => message.role === "tool").length;
  return { name, kind: spokenKinds.find((known) => known === kind) ?? "talk", count: Number(count), step };
}

async function* text(blockId: string, words: readonly string[], signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: "text-start", blockId };
  for (const word of words) {
    await pause();
    if (signal.aborted) return;
    yield { type: "text-delta", blockId, text: word };
  }
  yield { type: "text-end", blockId };
}

async function* reasoning(words: readonly string[], signal: AbortSignal): AsyncGenerator<ModelEvent> {
  yield { type: "reasoning-start", blockId: "r" };
  for (const word of words) {
    await pause();
    if (signal.aborted) return;
    yield { type: "reasoning-delta", blockId: "r", text: word };
  }
  yield { type: "reasoning-end", blockId: "r" };
}

async function* calls(name: string, kind: SpokenKind, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const inputs: (readonly [tool: string, input: object])[] = [];
  if (kind !== "edit") inputs.push(["bash", { command: `echo ${name}; sleep 0.06`, description: "wait" }]);
  if (kind !== "bash") inputs.push(["edit", { file_path: `${name}.txt`, old_string: "", new_string: `${name}\n` }]);
  for (const [tool, input] of inputs) {
    const toolCallId = asToolCallId(`call_${name}_${tool}`);
    const argumentsText = JSON.stringify(input);
    yield { type: "tool-call-start", toolCallId, name: tool };
    for (let at = 0; at < argumentsText.length; at += 20) {
      await pause();
      if (signal.aborted) return;
      yield { type: "tool-call-delta", toolCallId, inputText: argumentsText.slice(at, at + 20) };
    }
    yield { type: "tool-call-end", toolCallId, name: tool, input: argumentsText };
  }
}

async function pause(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, pauseMs);
  await promise;
}
