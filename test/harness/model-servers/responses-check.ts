/** What Responses refuses beyond single fields: order of items, calls and outputs, lost or changed reasoning. */
import { isJsonObject, parseJson } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { argumentsAsResent, imageProblem, isSameJson, objectsOf, refusal, sealOf, textOf } from "./request-check.ts";
import type { Refusal, SettledStep } from "./wire-server.ts";

/** A step that was sent, with the ids of its reasoning items in their order. */
export interface SentResponse {
  readonly step: SettledStep;
  readonly reasoningIds: readonly string[];
}

export function responsesProblem(body: JsonObject, sentByCallId: ReadonlyMap<string, SentResponse>): Refusal | null {
  const items = objectsOf(body["input"]);
  return (
    orderProblem(items) ??
    outputProblem(items) ??
    imagesProblem(items) ??
    reasoningProblem(items) ??
    storeProblem(body, items) ??
    resentProblem(items, sentByCallId)
  );
}

/** Items are of the model's side (`assistant`) or of ours. */
function sideOf(item: JsonObject): "system" | "user" | "assistant" | "output" {
  const { type, role } = item;
  if (type === "function_call_output") return "output";
  if (type === "reasoning" || type === "function_call" || role === "assistant") return "assistant";
  return role === "user" ? "user" : "system";
}

function orderProblem(items: readonly JsonObject[]): Refusal | null {
  const sides = items.map(sideOf);
  const lateSystem = sides.findIndex((side, index) => side === "system" && index > 0);
  if (lateSystem > 0) return refusal("A system message must come first.", `input[${lateSystem}]`);
  if (sides.find((side) => side !== "system") !== "user") {
    return refusal("The conversation must begin with a user message.", "input");
  }
  const last = sides.at(-1);
  return last === "user" || last === "output"
    ? null
    : refusal("The last item must be the user's or an output.", "input");
}

/** Each call is answered once, after the model's items and before anything else. */
function outputProblem(items: readonly JsonObject[]): Refusal | null {
  const open = new Set<string>();
  const used = new Set<string>();
  let isAnswering = false;
  for (const [at, item] of items.entries()) {
    const id = textOf(item["call_id"]);
    const side = sideOf(item);
    if (side === "output") {
      isAnswering = true;
      if (!open.delete(id)) {
        return refusal(`No tool call found for function call output with call_id ${id}.`, `input[${at}].call_id`);
      }
      continue;
    }
    const isLeftOpen = open.size > 0 && (side === "user" || (isAnswering && side === "assistant"));
    if (isLeftOpen) return unanswered(open);
    isAnswering = false;
    if (item["type"] !== "function_call") continue;
    if (used.has(id)) return refusal(`Duplicate call_id ${id}.`, `input[${at}].call_id`);
    used.add(id);
    open.add(id);
  }
  return open.size > 0 ? unanswered(open) : null;
}

function unanswered(open: ReadonlySet<string>): Refusal {
  return refusal(`No tool output found for function call ${[...open].join(", ")}.`, "input");
}

function imagesProblem(items: readonly JsonObject[]): Refusal | null {
  for (const [at, item] of items.entries()) {
    for (const part of [...objectsOf(item["content"]), ...objectsOf(item["output"])]) {
      if (part["type"] !== "input_image") continue;
      const match = /^data:([^;]+);base64,(.*)$/su.exec(textOf(part["image_url"]));
      const problem = match === null ? "not a data URL" : imageProblem(match[1] ?? "", match[2] ?? "");
      if (problem !== null) return refusal(`Invalid image: ${problem}.`, `input[${at}]`);
    }
  }
  return null;
}

function reasoningProblem(items: readonly JsonObject[]): Refusal | null {
  const used = new Set<string>();
  for (const [at, item] of items.entries()) {
    if (item["type"] !== "reasoning") continue;
    const id = textOf(item["id"]);
    if (used.has(id)) return refusal(`Duplicate item found with id ${id}.`, `input[${at}]`);
    used.add(id);
    const next = items[at + 1];
    if (next === undefined || sideOf(next) !== "assistant") {
      return refusal(
        `Item '${id}' of type 'reasoning' was provided without its required following item.`,
        `input[${at}]`,
      );
    }
    const encrypted = item["encrypted_content"];
    if (encrypted !== undefined && encrypted !== sealOf("encrypted", id)) {
      return refusal(`The encrypted content for item ${id} could not be verified.`, `input[${at}]`);
    }
  }
  return null;
}

/** Without storage the server knows an item only by what it holds. */
function storeProblem(body: JsonObject, items: readonly JsonObject[]): Refusal | null {
  if (body["store"] !== false) return null;
  const bare = items.find((item) => item["type"] === "reasoning" && typeof item["encrypted_content"] !== "string");
  const rule = "Items are not persisted when `store` is set to false.";
  return bare === undefined ? null : refusal(`Item with id '${textOf(bare["id"])}' not found. ${rule}`, "input");
}

function resentProblem(items: readonly JsonObject[], sentByCallId: ReadonlyMap<string, SentResponse>): Refusal | null {
  for (const [at, item] of items.entries()) {
    if (item["type"] !== "function_call") continue;
    const given = parseJson(textOf(item["arguments"]));
    const place = `input[${at}].arguments`;
    if (!isJsonObject(given)) return refusal("Invalid function arguments: not a JSON object.", place);
    const sent = sentByCallId.get(textOf(item["call_id"]));
    const original = sent?.step.blocks.find((block) => block.kind === "tool-call" && block.id === item["call_id"]);
    if (sent === undefined || original?.kind !== "tool-call") continue;
    const isSame = original.name === item["name"] && isSameJson(given, argumentsAsResent(original.argumentText));
    if (!isSame) return refusal("The function call differs from the one that was made.", `input[${at}]`);
    const lost = lostReasoning(items, sent);
    if (lost !== null) return refusal(lost, `input[${at}]`);
  }
  return null;
}

function lostReasoning(items: readonly JsonObject[], { step, reasoningIds }: SentResponse): string | null {
  const texts = step.blocks.flatMap((block) => (block.kind === "reasoning" ? [block.isHidden ? "" : block.text] : []));
  for (const [index, id] of reasoningIds.entries()) {
    const item = items.find((candidate) => candidate["type"] === "reasoning" && candidate["id"] === id);
    if (item === undefined) {
      return `Item of type 'function_call' was provided without its required 'reasoning' item: '${id}'.`;
    }
    const summary = objectsOf(item["summary"]).map((part) => textOf(part["text"]));
    if (summary.join("\n\n") !== texts[index]) return `The summary of item '${id}' was changed.`;
  }
  return null;
}
