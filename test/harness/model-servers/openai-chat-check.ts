/** What a Chat Completions server refuses beyond single fields: order of roles, calls and answers, lost reasoning. */
import { isJsonObject, parseJson } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { argumentsAsResent, imageProblem, isSameJson, objectsOf, refusal, textOf } from "./request-check.ts";
import type { ChatDialect } from "./script.ts";
import type { Refusal, SettledStep } from "./wire-server.ts";

/** A step that the server has sent, found again by the ids of its calls. */
export interface SentChatStep {
  readonly step: SettledStep;
  /** OpenRouter's form of the step's reasoning. */
  readonly details: readonly JsonObject[];
}

export interface ChatMemory {
  readonly dialect: ChatDialect;
  readonly sentByCallId: ReadonlyMap<string, SentChatStep>;
}

type Message = JsonObject;

export function chatProblem(body: JsonObject, memory: ChatMemory): Refusal | null {
  const messages = objectsOf(body["messages"]);
  return (
    tokenLimitProblem(body) ??
    toolNameProblem(body) ??
    orderProblem(messages) ??
    answerProblem(messages) ??
    firstRefusal(messages, imagesProblem) ??
    firstRefusal(messages, (message, at) => resentProblem(message, { at, memory }))
  );
}

function firstRefusal(
  messages: readonly Message[],
  judge: (message: Message, at: number) => Refusal | null,
): Refusal | null {
  for (const [at, message] of messages.entries()) {
    const found = judge(message, at);
    if (found !== null) return found;
  }
  return null;
}

function tokenLimitProblem(body: JsonObject): Refusal | null {
  const isNew = /(?:^|\/)(?:o\d|gpt-5)/u.test(textOf(body["model"]));
  if (isNew && body["max_tokens"] !== undefined) {
    const advice = "Use 'max_completion_tokens' instead.";
    return refusal(`Unsupported parameter: 'max_tokens' is not supported with this model. ${advice}`, "max_tokens");
  }
  const isMissing = body["max_tokens"] === undefined && body["max_completion_tokens"] === undefined;
  return isMissing ? refusal("Missing required parameter: 'max_tokens'.", "max_tokens") : null;
}

function toolNameProblem(body: JsonObject): Refusal | null {
  const names = objectsOf(body["tools"]).map((tool) =>
    textOf(isJsonObject(tool["function"]) ? tool["function"]["name"] : ""),
  );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : refusal(`Tool names must be unique: '${twice}'.`, "tools");
}

function orderProblem(messages: readonly Message[]): Refusal | null {
  const roles = messages.map((message) => textOf(message["role"]));
  const lateSystem = roles.findIndex((role, index) => role === "system" && index > 0);
  if (lateSystem > 0) return refusal("A system message must come first.", `messages[${lateSystem}].role`);
  const first = roles.findIndex((role) => role !== "system");
  if (roles[first] !== "user") {
    return refusal("The conversation must begin with a user message.", `messages[${first}].role`);
  }
  const double = roles.findIndex((role, index) => role === "assistant" && roles[index - 1] === "assistant");
  if (double > 0) return refusal("Two assistant messages in a row.", `messages[${double}].role`);
  const last = roles.at(-1);
  return last === "user" || last === "tool"
    ? null
    : refusal("The last message must be the user's or a tool's.", "messages");
}

/** Each call of an assistant message is answered once, by the tool messages that follow it directly. */
function answerProblem(messages: readonly Message[]): Refusal | null {
  let open = new Set<string>();
  const used = new Set<string>();
  for (const [at, message] of messages.entries()) {
    if (message["role"] === "tool") {
      const id = textOf(message["tool_call_id"]);
      if (!open.delete(id)) {
        const rule = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'";
        return refusal(`Invalid parameter: ${rule} (${id}).`, `messages[${at}].role`);
      }
      continue;
    }
    if (open.size > 0) return unanswered(open);
    const ids = objectsOf(message["tool_calls"]).map((call) => textOf(call["id"]));
    const twice = ids.find((id, index) => used.has(id) || ids.indexOf(id) !== index);
    if (twice !== undefined) return refusal(`Duplicate tool call id ${twice}.`, `messages[${at}].tool_calls`);
    for (const id of ids) used.add(id);
    open = new Set(ids);
  }
  return open.size > 0 ? unanswered(open) : null;
}

function unanswered(open: ReadonlySet<string>): Refusal {
  const rule =
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'";
  return refusal(
    `${rule}. The following tool_call_ids did not have response messages: ${[...open].join(", ")}`,
    "messages",
  );
}

function imagesProblem(message: Message, at: number): Refusal | null {
  for (const part of objectsOf(message["content"])) {
    const image = part["image_url"];
    if (!isJsonObject(image)) continue;
    const match = /^data:([^;]+);base64,(.*)$/su.exec(textOf(image["url"]));
    const problem = match === null ? "not a data URL" : imageProblem(match[1] ?? "", match[2] ?? "");
    if (problem !== null) return refusal(`Invalid image: ${problem}.`, `messages[${at}].content`);
  }
  return null;
}

function resentProblem(message: Message, { at, memory }: { at: number; memory: ChatMemory }): Refusal | null {
  const field = `messages[${at}].tool_calls`;
  for (const call of objectsOf(message["tool_calls"])) {
    const callFunction = isJsonObject(call["function"]) ? call["function"] : {};
    const given = parseJson(textOf(callFunction["arguments"]));
    if (!isJsonObject(given)) return refusal(`Invalid function arguments: not a JSON object.`, field);
    const sent = memory.sentByCallId.get(textOf(call["id"]));
    if (sent === undefined) continue;
    const original = sent.step.blocks.find((block) => block.kind === "tool-call" && block.id === call["id"]);
    if (original?.kind !== "tool-call") continue;
    const isSame =
      original.name === callFunction["name"] && isSameJson(given, argumentsAsResent(original.argumentText));
    if (!isSame) return refusal(`The tool call ${textOf(call["id"])} differs from the one that was made.`, field);
    const lost = lostReasoning(message, sent, memory.dialect);
    if (lost !== null) return refusal(lost, `messages[${at}]`);
  }
  return null;
}

/** DeepSeek and others want `reasoning_content` of steps with calls back, OpenRouter `reasoning_details`, each unchanged. */
function lostReasoning(message: Message, sent: SentChatStep, dialect: ChatDialect): string | null {
  if (dialect === "deepseek" || dialect === "compatible") {
    const shown = sent.step.blocks.filter((block) => block.kind === "reasoning" && !block.isHidden);
    const reasoning = shown.map((block) => (block.kind === "reasoning" ? block.text : "")).join("");
    if (reasoning !== "" && message["reasoning_content"] !== reasoning) {
      return "The `reasoning_content` in the thinking mode must be passed back to the API.";
    }
  }
  if (dialect === "openrouter" && sent.details.length > 0) {
    const given = message["reasoning_details"];
    if (!isSameJson(given, [...sent.details])) return "reasoning_details must be passed back unmodified.";
  }
  return null;
}
