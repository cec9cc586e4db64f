import { isJsonObject } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { at, describePlantedFaults, listAt } from "./planted-faults.ts";
import type { PlantedFault } from "./planted-faults.ts";

const contents = (body: JsonObject): JsonObject[] => listAt(body, "contents") as JsonObject[];
const parts = (body: JsonObject, index: number): JsonObject[] =>
  listAt(body, "contents", index, "parts") as JsonObject[];
const firstCall = (body: JsonObject): JsonObject => {
  const found = parts(body, 1).find((part) => isJsonObject(part["functionCall"]));
  return found ?? {};
};

const faults: readonly PlantedFault[] = [
  {
    name: "an unknown field",
    plant: (body) => {
      body["frequency"] = 1;
    },
    message: /Unknown name "frequency"/u,
  },
  {
    name: "an unknown field of a part",
    plant: (body) => {
      at(firstCall(body), "functionCall")["status"] = "done";
    },
    message: /Unknown name "contents\.1\.parts\.\d\.functionCall\.status"/u,
  },
  {
    name: "a missing limit of tokens",
    plant: (body) => delete at(body, "generationConfig")["maxOutputTokens"],
    message: /Missing required field "generationConfig\.maxOutputTokens"/u,
  },
  { name: "missing contents", plant: (body) => delete body["contents"], message: /Missing required field "contents"/u },
  {
    name: "a wrong value",
    plant: (body) => {
      at(body, "generationConfig")["temperature"] = 5;
    },
    message: /Invalid value at "generationConfig\.temperature"/u,
  },
  {
    name: "a conversation that begins with the model",
    plant: (body) => contents(body).splice(0, 1),
    message: /begin with a user role/u,
  },
  {
    name: "two turns of the model in a row",
    plant: (body) => contents(body).splice(1, 0, { role: "model", parts: [{ text: "Hm." }] }),
    message: /alternate between user and model/u,
  },
  {
    name: "a conversation that ends with the model",
    plant: (body) => contents(body).push({ role: "model", parts: [{ text: "And" }] }),
    message: /end with a user role/u,
  },
  {
    name: "an unanswered call",
    plant: (body) => parts(body, 2).splice(0, 1),
    message: /number of function response parts is equal/u,
  },
  {
    name: "a call that is answered twice",
    plant: (body) => parts(body, 2).push(structuredClone(at(body, "contents", 2, "parts", 0))),
    message: /number of function response parts is equal/u,
  },
  {
    name: "a response without a call",
    plant: (body) => parts(body, 0).push({ functionResponse: { id: "nobody", name: "bash", response: {} } }),
    message: /number of function response parts is equal/u,
  },
  {
    name: "the same call in two turns",
    plant: (body) => contents(body).push(...structuredClone(contents(body).slice(1, 3))),
    message: /Duplicate function call id/u,
  },
  {
    name: "changed arguments",
    plant: (body) => {
      at(firstCall(body), "functionCall")["args"] = {};
    },
    message: /differs from the one that was made/u,
  },
  {
    name: "a lost signature",
    plant: (body) => delete firstCall(body)["thoughtSignature"],
    message: /missing a thought_signature/u,
  },
  {
    name: "the stand-in for a signature that was given",
    plant: (body) => {
      firstCall(body)["thoughtSignature"] = "skip_thought_signature_validator";
    },
    message: /missing a thought_signature/u,
  },
  {
    name: "a changed signature",
    plant: (body) => {
      firstCall(body)["thoughtSignature"] = "AAAA";
    },
    message: /Corrupted thought signature/u,
  },
  {
    name: "a bad image",
    plant: (body) => {
      at(body, "contents", 0, "parts", 1, "inlineData")["data"] = "AAAA";
    },
    message: /Unable to process input image/u,
  },
];

describePlantedFaults({
  name: "google",
  server: { family: "google" },
  settings: { type: "google", id: "gemini" },
  modelId: "gemini-3.1-pro-preview",
  usage: {},
  hasArgumentText: false,
  showsReasoning: true,
  demandsReasoning: true,
  request: { reasoningEffort: "high" },
  faults,
  messageOf: ({ error }) =>
    isJsonObject(error) && typeof error["code"] === "number" && "status" in error ? error["message"] : undefined,
});
