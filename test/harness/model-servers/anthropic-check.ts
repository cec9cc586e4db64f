/** What Messages refuses beyond single fields: order of roles, calls and results, lost or changed thinking. */
import { isJsonObject } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { argumentsAsResent, imageProblem, isSameJson, objectsOf, refusal, sealOf, textOf } from "./request-check.ts";
import type { Refusal, SettledBlock, SettledStep } from "./wire-server.ts";

export type SentByCallId = ReadonlyMap<string, SettledStep>;

const cacheMarksMax = 4;

export function anthropicProblem(body: JsonObject, sent: SentByCallId): Refusal | null {
  const messages = objectsOf(body["messages"]);
  return (
    thinkingProblem(body) ??
    marksProblem(body) ??
    orderProblem(messages) ??
    pairingProblem(messages) ??
    imagesProblem(messages) ??
    signatureProblem(messages) ??
    resentProblem(messages, sent)
  );
}

function thinkingProblem(body: JsonObject): Refusal | null {
  const thinking = isJsonObject(body["thinking"]) ? body["thinking"] : {};
  const isOn = thinking["type"] === "enabled" || thinking["type"] === "adaptive";
  const budget = Number(thinking["budget_tokens"] ?? 0);
  if (budget >= Number(body["max_tokens"])) {
    return refusal("`max_tokens` must be greater than `thinking.budget_tokens`.", "max_tokens");
  }
  const temperature = body["temperature"];
  return isOn && temperature !== undefined && temperature !== 1
    ? refusal("`temperature` may only be set to 1 when thinking is enabled.", "temperature")
    : null;
}

function marksProblem(body: JsonObject): Refusal | null {
  const count = JSON.stringify(body).split('"cache_control":').length - 1;
  const rule = `A maximum of ${cacheMarksMax} blocks with cache_control may be provided. Found ${count}.`;
  return count > cacheMarksMax ? refusal(rule) : null;
}

function blocksOf(message: JsonObject): JsonObject[] {
  const { content } = message;
  return typeof content === "string" ? [{ type: "text", text: content }] : objectsOf(content);
}

function orderProblem(messages: readonly JsonObject[]): Refusal | null {
  if (messages[0]?.["role"] !== "user") return refusal('messages: first message must use the "user" role');
  const double = messages.findIndex((message, index) => message["role"] === messages[index - 1]?.["role"]);
  const rule = `messages: roles must alternate between "user" and "assistant", but found two in a row`;
  if (double > 0) return refusal(rule, `messages.${double}`);
  const last = messages.at(-1);
  return last?.["role"] === "user" ? null : refusal("The conversation must end with a user message.", "messages");
}

/** The results of a message's calls stand first in the message after it, one a call, and nowhere else. */
function pairingProblem(messages: readonly JsonObject[]): Refusal | null {
  const used = new Set<string>();
  for (const [at, message] of messages.entries()) {
    const ids = idsOf(message, "tool_use", "id");
    const twice = ids.find((id, index) => used.has(id) || ids.indexOf(id) !== index);
    if (twice !== undefined) return refusal(`messages.${at}: \`tool_use\` ids must be unique: ${twice}`);
    for (const id of ids) used.add(id);
    const found = resultsProblem(messages[at + 1], { ids, at: at + 1 });
    if (message["role"] === "assistant" && found !== null) return found;
    const orphan = at === 0 ? idsOf(message, "tool_result", "tool_use_id")[0] : undefined;
    if (orphan !== undefined) return unexpectedResult(orphan, at);
  }
  return null;
}

function resultsProblem(
  next: JsonObject | undefined,
  { ids, at }: { readonly ids: readonly string[]; readonly at: number },
): Refusal | null {
  const results = next === undefined ? [] : idsOf(next, "tool_result", "tool_use_id");
  const missing = ids.filter((id) => !results.includes(id));
  if (missing.length > 0) {
    const rule = "Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
    const found = `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}`;
    return refusal(`messages.${at - 1}: ${found}. ${rule}`);
  }
  const orphan = results.find((id) => !ids.includes(id));
  if (orphan !== undefined) return unexpectedResult(orphan, at);
  const double = results.find((id, index) => results.indexOf(id) !== index);
  if (double !== undefined) {
    return refusal(
      `messages.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${double}`,
    );
  }
  const types = next === undefined ? [] : blocksOf(next).map(({ type }) => type);
  const isLate = types.lastIndexOf("tool_result") >= results.length;
  return isLate ? refusal(`messages.${at}: \`tool_result\` blocks must come first in the content`) : null;
}

function unexpectedResult(id: string, at: number): Refusal {
  const rule = "Each `tool_result` block must have a corresponding `tool_use` block in the previous message.";
  return refusal(`messages.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ${rule}`);
}

function idsOf(message: JsonObject, type: string, key: string): string[] {
  return blocksOf(message).flatMap((block) => (block["type"] === type ? [textOf(block[key])] : []));
}

function imagesProblem(messages: readonly JsonObject[]): Refusal | null {
  for (const [at, message] of messages.entries()) {
    const blocks = blocksOf(message).flatMap((block) => [block, ...objectsOf(block["content"])]);
    for (const { type, source } of blocks as readonly JsonObject[]) {
      if (type !== "image" || !isJsonObject(source)) continue;
      const problem = imageProblem(textOf(source["media_type"]), textOf(source["data"]));
      if (problem !== null) return refusal(`messages.${at}: image.source.base64: ${problem}`);
    }
  }
  return null;
}

/** A signature holds for the thinking that it was made for, whichever server of this kind made it. */
function signatureProblem(messages: readonly JsonObject[]): Refusal | null {
  for (const [at, message] of messages.entries()) {
    for (const [index, block] of blocksOf(message).entries()) {
      if (block["type"] !== "thinking") continue;
      const isValid = block["signature"] === sealOf("thinking", textOf(block["thinking"]));
      if (!isValid) return refusal(`messages.${at}.content.${index}: Invalid \`signature\` in \`thinking\` block`);
    }
  }
  return null;
}

function resentProblem(messages: readonly JsonObject[], sent: SentByCallId): Refusal | null {
  for (const [at, message] of messages.entries()) {
    const blocks = blocksOf(message);
    for (const block of blocks) {
      const step = block["type"] === "tool_use" ? sent.get(textOf(block["id"])) : undefined;
      if (step === undefined) continue;
      const original = step.blocks.find((made) => made.kind === "tool-call" && made.id === block["id"]);
      const isSame =
        original?.kind === "tool-call" &&
        original.name === block["name"] &&
        isSameJson(block["input"], argumentsAsResent(original.argumentText));
      const changed = `the tool_use ${textOf(block["id"])} differs from the one that was made`;
      if (!isSame) return refusal(`messages.${at}: ${changed}`);
      const lost = lostThinking(step, blocks);
      if (lost !== null) return refusal(`messages.${at}.content.0: ${lost}`);
    }
  }
  return null;
}

/** Thinking goes back unchanged, all of it, in its order. */
function lostThinking(step: SettledStep, blocks: readonly JsonObject[]): string | null {
  const wanted = step.blocks.filter((block) => block.kind === "reasoning").map(wireThinking);
  const given = blocks.filter(({ type }) => type === "thinking" || type === "redacted_thinking");
  if (isSameJson(wanted, given)) return null;
  const found = textOf(blocks[0]?.["type"]);
  return given.length < wanted.length
    ? `Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. Thinking blocks must be passed back.`
    : "`thinking` or `redacted_thinking` blocks cannot be modified. They must remain as they were in the original response.";
}

export function wireThinking(block: SettledBlock): JsonObject {
  const text = block.kind === "tool-call" ? "" : block.text;
  const isHidden = block.kind === "reasoning" && block.isHidden;
  return isHidden
    ? { type: "redacted_thinking", data: sealOf("redacted", text) }
    : { type: "thinking", thinking: text, signature: sealOf("thinking", text) };
}
