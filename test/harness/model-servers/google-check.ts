/** What Gemini refuses beyond single fields: order of turns, calls and responses, lost or changed signatures. */
import { isJsonObject } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { argumentsAsResent, imageProblem, isSameJson, objectsOf, refusal, sealOf, textOf } from "./request-check.ts";
import type { Refusal, SettledStep } from "./wire-server.ts";

/** What Google documents for calls whose signature nobody has, such as those of another model. */
const standIn = "skip_thought_signature_validator";

export interface SentCall {
  readonly step: SettledStep;
  /** Null for the calls after the first of a step. */
  readonly signature: string | null;
}

export function googleProblem(body: JsonObject, sentByCallId: ReadonlyMap<string, SentCall>): Refusal | null {
  const contents = objectsOf(body["contents"]);
  return (
    orderProblem(contents) ??
    responsesProblem(contents) ??
    imagesProblem(contents) ??
    signatureProblem(contents, sentByCallId)
  );
}

export function partsOf(content: JsonObject | undefined, key: string): JsonObject[] {
  return objectsOf(content?.["parts"]).flatMap((part) => {
    const inner = part[key];
    return isJsonObject(inner) ? [inner] : [];
  });
}

/** The signature of a step's first call, and of its text: both depend on what they sign. */
export function callSignature(name: string, args: JsonObject): string {
  return sealOf("call", `${name} ${JSON.stringify(args)}`);
}

/** Turns alternate, but the person may go on after the responses to a turn's calls. */
function orderProblem(contents: readonly JsonObject[]): Refusal | null {
  const rule = "Please ensure that multiturn requests";
  const roles = contents.map(({ role }) => role);
  if (roles[0] !== "user") return refusal(`${rule} begin with a user role.`, "contents[0]");
  const double = roles.findIndex((role, index) => {
    const isAnswered = partsOf(contents[index - 1], "functionResponse").length > 0;
    return role === roles[index - 1] && !(role === "user" && isAnswered);
  });
  if (double > 0) return refusal(`${rule} alternate between user and model.`, `contents[${double}]`);
  return roles.at(-1) === "user" ? null : refusal(`${rule} end with a user role.`, "contents");
}

/** As many responses as calls, in the turn that follows directly, each for one of them. */
function responsesProblem(contents: readonly JsonObject[]): Refusal | null {
  const used = new Set<string>();
  for (const [at, content] of contents.entries()) {
    const calls = partsOf(content, "functionCall");
    const repeated = calls.map((call) => textOf(call["id"])).find((id) => id !== "" && used.has(id));
    if (repeated !== undefined) return refusal(`Duplicate function call id ${repeated}.`, `contents[${at}]`);
    for (const call of calls) used.add(textOf(call["id"]));
    const previous = partsOf(contents[at - 1], "functionCall");
    const responses = partsOf(content, "functionResponse");
    if (content["role"] === "model") {
      const isOpen = calls.length > 0 && partsOf(contents[at + 1], "functionResponse").length === 0;
      if (isOpen || responses.length > 0) return countRefusal(at);
    } else if (responses.length > 0 || previous.length > 0) {
      const isPaired = isSameJson(sortedPairs(responses), sortedPairs(previous));
      if (!isPaired) return countRefusal(at);
    }
  }
  return null;
}

function sortedPairs(parts: readonly JsonObject[]): string[] {
  return parts.map((part) => `${textOf(part["id"])} ${textOf(part["name"])}`).toSorted();
}

function countRefusal(at: number): Refusal {
  const rule =
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
  return refusal(rule, `contents[${at}]`);
}

function imagesProblem(contents: readonly JsonObject[]): Refusal | null {
  for (const [at, content] of contents.entries()) {
    const nested = partsOf(content, "functionResponse").flatMap((response) => partsOf(response, "inlineData"));
    for (const data of [...partsOf(content, "inlineData"), ...nested]) {
      const problem = imageProblem(textOf(data["mimeType"]), textOf(data["data"]));
      if (problem !== null) return refusal(`Unable to process input image: ${problem}.`, `contents[${at}]`);
    }
  }
  return null;
}

function signatureProblem(
  contents: readonly JsonObject[],
  sentByCallId: ReadonlyMap<string, SentCall>,
): Refusal | null {
  for (const [at, content] of contents.entries()) {
    for (const [index, part] of objectsOf(content["parts"]).entries()) {
      const field = `contents[${at}].parts[${index}]`;
      const found = isJsonObject(part["functionCall"])
        ? callProblem(part, sentByCallId.get(textOf(part["functionCall"]["id"])))
        : textProblem(part);
      if (found !== null) return refusal(found, field);
    }
  }
  return null;
}

function callProblem(part: JsonObject, sent: SentCall | undefined): string | null {
  const call = isJsonObject(part["functionCall"]) ? part["functionCall"] : {};
  const args = isJsonObject(call["args"]) ? call["args"] : {};
  const given = part["thoughtSignature"];
  if (sent === undefined) {
    const isValid = given === undefined || given === standIn || given === callSignature(textOf(call["name"]), args);
    return isValid ? null : "Corrupted thought signature.";
  }
  const original = sent.step.blocks.find((block) => block.kind === "tool-call" && block.id === call["id"]);
  const isSame =
    original?.kind === "tool-call" &&
    original.name === call["name"] &&
    isSameJson(args, argumentsAsResent(original.argumentText));
  if (!isSame) return "The function call differs from the one that was made.";
  if (sent.signature === null || given === sent.signature) return null;
  return given === undefined || given === standIn
    ? "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly."
    : "Corrupted thought signature.";
}

function textProblem(part: JsonObject): string | null {
  const given = part["thoughtSignature"];
  const isValid = given === undefined || given === sealOf("text", textOf(part["text"]));
  return isValid ? null : "Corrupted thought signature.";
}
