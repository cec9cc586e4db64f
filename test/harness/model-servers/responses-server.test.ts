import { isJsonObject } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { at, describePlantedFaults, listAt } from "./planted-faults.ts";
import type { PlantedFault } from "./planted-faults.ts";

const items = (body: JsonObject): JsonObject[] => listAt(body, "input") as JsonObject[];
const indexOf = (body: JsonObject, type: string): number => items(body).findIndex((item) => item["type"] === type);
const itemOf = (body: JsonObject, type: string): JsonObject => at(body, "input", indexOf(body, type));

const faults: readonly PlantedFault[] = [
  {
    name: "an unknown field",
    plant: (body) => {
      body["frequency"] = 1;
    },
    message: /Unrecognized request argument supplied: frequency/u,
  },
  {
    name: "an unknown field of an item",
    plant: (body) => {
      itemOf(body, "function_call")["thoughts"] = "x";
    },
    message: /thoughts/u,
  },
  { name: "a missing model", plant: (body) => delete body["model"], message: /Missing required parameter: 'model'/u },
  {
    name: "a missing limit of tokens",
    plant: (body) => delete body["max_output_tokens"],
    message: /Missing required parameter: 'max_output_tokens'/u,
  },
  {
    name: "a wrong value",
    plant: (body) => {
      body["include"] = ["everything"];
    },
    message: /Invalid value for 'include/u,
  },
  {
    name: "a conversation that begins with the model",
    plant: (body) =>
      items(body).splice(
        items(body).findIndex((item) => item["role"] === "user"),
        1,
      ),
    message: /must begin with a user message/u,
  },
  {
    name: "a conversation that ends with the model",
    plant: (body) => items(body).push({ role: "assistant", content: "And" }),
    message: /last item must be/u,
  },
  {
    name: "a system message in the middle",
    plant: (body) => items(body).push({ role: "developer", content: "Now" }, { role: "user", content: "x" }),
    message: /system message must come first/u,
  },
  {
    name: "an unanswered call",
    plant: (body) => items(body).splice(indexOf(body, "function_call_output"), 1),
    message: /No tool output found for function call/u,
  },
  {
    name: "a call that is answered twice",
    plant: (body) => items(body).push(structuredClone(itemOf(body, "function_call_output"))),
    message: /No tool call found for function call output/u,
  },
  {
    name: "an output without a call",
    plant: (body) => items(body).push({ type: "function_call_output", call_id: "call_nobody", output: "x" }),
    message: /No tool call found for function call output/u,
  },
  {
    name: "two calls with one id",
    plant: (body) =>
      items(body).splice(indexOf(body, "function_call"), 0, structuredClone(itemOf(body, "function_call"))),
    message: /Duplicate call_id/u,
  },
  {
    name: "changed arguments",
    plant: (body) => {
      itemOf(body, "function_call")["arguments"] = "{}";
    },
    message: /differs from the one that was made/u,
  },
  {
    name: "arguments that are no JSON",
    plant: (body) => {
      itemOf(body, "function_call")["arguments"] = "{";
    },
    message: /not a JSON object/u,
  },
  {
    name: "a lost reasoning item",
    plant: (body) => items(body).splice(indexOf(body, "reasoning"), 1),
    message: /without its required 'reasoning' item/u,
  },
  {
    name: "a reasoning item without its encrypted content",
    plant: (body) => delete itemOf(body, "reasoning")["encrypted_content"],
    message: /Items are not persisted/u,
  },
  {
    name: "changed encrypted content",
    plant: (body) => {
      itemOf(body, "reasoning")["encrypted_content"] = "AAAA";
    },
    message: /could not be verified/u,
  },
  {
    name: "a changed summary",
    plant: (body) => {
      itemOf(body, "reasoning")["summary"] = [];
    },
    message: /summary of item .* was changed/u,
  },
  {
    name: "a reasoning item twice",
    plant: (body) => items(body).splice(indexOf(body, "reasoning"), 0, structuredClone(itemOf(body, "reasoning"))),
    message: /Duplicate item found/u,
  },
  {
    name: "a reasoning item without what followed it",
    plant: (body) => {
      const [reasoning] = items(body).splice(indexOf(body, "reasoning"), 1);
      items(body).push(structuredClone(reasoning ?? {}), { role: "user", content: "x" });
    },
    message: /without its required following item/u,
  },
  {
    name: "a bad image",
    plant: (body) => {
      const user = items(body).find((item) => item["role"] === "user") ?? {};
      at(user, "content", 1)["image_url"] = "data:image/png;base64,AAAA";
    },
    message: /Invalid image/u,
  },
];

describePlantedFaults({
  name: "openai-responses",
  server: { family: "openai-responses" },
  settings: { type: "openai", id: "openai" },
  modelId: "gpt-5.6-sol",
  usage: {},
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
  request: { reasoningEffort: "high" },
  faults,
  messageOf: ({ error }) => (isJsonObject(error) && "code" in error && "param" in error ? error["message"] : undefined),
});
