import { isJsonObject } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { at, describePlantedFaults, listAt } from "./planted-faults.ts";
import type { FaultSuite, PlantedFault } from "./planted-faults.ts";

const messages = (body: JsonObject): JsonObject[] => listAt(body, "messages") as JsonObject[];
const indexOf = (body: JsonObject, role: string): number =>
  messages(body).findIndex((message) => message["role"] === role);
const step = (body: JsonObject): JsonObject => at(body, "messages", indexOf(body, "assistant"));
const firstCall = (body: JsonObject): JsonObject => at(step(body), "tool_calls", 0);

const faults: readonly PlantedFault[] = [
  {
    name: "an unknown field",
    plant: (body) => {
      body["frequency"] = 1;
    },
    message: /Unrecognized request argument supplied: frequency/u,
  },
  {
    name: "an unknown field of a message",
    plant: (body) => {
      step(body)["thoughts"] = "x";
    },
    message: /Unrecognized request argument supplied: messages\.2\.thoughts/u,
  },
  { name: "a missing model", plant: (body) => delete body["model"], message: /Missing required parameter: 'model'/u },
  {
    name: "a missing limit of tokens",
    plant: (body) => delete body["max_tokens"],
    message: /Missing required parameter: 'max_tokens'/u,
  },
  { name: "a request without a stream", plant: (body) => delete body["stream"], message: /'stream'/u },
  {
    name: "a wrong value",
    plant: (body) => {
      body["temperature"] = 3;
    },
    message: /Invalid value for 'temperature'/u,
  },
  {
    name: "a conversation that begins with the model",
    plant: (body) => messages(body).splice(indexOf(body, "user"), 1),
    message: /must begin with a user message/u,
  },
  {
    name: "a conversation that ends with the model",
    plant: (body) => messages(body).push({ role: "assistant", content: "And" }),
    message: /last message must be/u,
  },
  {
    name: "a system message in the middle",
    plant: (body) => messages(body).push({ role: "system", content: "Now" }, { role: "user", content: "x" }),
    message: /system message must come first/u,
  },
  {
    name: "an unanswered call",
    plant: (body) => messages(body).splice(indexOf(body, "tool"), 1),
    message: /did not have response messages/u,
  },
  {
    name: "a call that is answered twice",
    plant: (body) => messages(body).push(structuredClone(at(body, "messages", indexOf(body, "tool")))),
    message: /must be a response to a preceeding message/u,
  },
  {
    name: "a result without a call",
    plant: (body) => messages(body).push({ role: "tool", tool_call_id: "call_nobody", content: "x" }),
    message: /must be a response to a preceeding message/u,
  },
  {
    name: "two calls with one id",
    plant: (body) => {
      at(step(body), "tool_calls", 1)["id"] = firstCall(body)["id"] ?? null;
    },
    message: /Duplicate tool call id/u,
  },
  {
    name: "changed arguments",
    plant: (body) => {
      at(firstCall(body), "function")["arguments"] = '{"file_path":"b.md"}';
    },
    message: /differs from the one that was made/u,
  },
  {
    name: "arguments that are no JSON",
    plant: (body) => {
      at(firstCall(body), "function")["arguments"] = "{";
    },
    message: /not a JSON object/u,
  },
  {
    name: "lost reasoning",
    plant: (body) => delete step(body)["reasoning_content"],
    message: /reasoning_content.*must be passed back/u,
  },
  {
    name: "changed reasoning",
    plant: (body) => {
      step(body)["reasoning_content"] = "something else";
    },
    message: /reasoning_content.*must be passed back/u,
  },
  {
    name: "a bad image",
    plant: (body) => {
      at(body, "messages", indexOf(body, "user"), "content", 1, "image_url")["url"] = "data:image/png;base64,AAAA";
    },
    message: /Invalid image/u,
  },
  {
    name: "two tools with one name",
    plant: (body) => listAt(body, "tools").push(structuredClone(at(body, "tools", 0))),
    message: /Tool names must be unique/u,
  },
];

const suite: FaultSuite = {
  name: "openai-chat",
  server: { family: "openai-chat" },
  settings: { type: "openai-compat" },
  modelId: "scripted",
  usage: {},
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
  faults,
  messageOf: ({ error }) => (isJsonObject(error) && "code" in error && "param" in error ? error["message"] : undefined),
};

describePlantedFaults(suite);

describePlantedFaults({
  ...suite,
  name: "openai-chat (OpenAI)",
  server: { family: "openai-chat", dialect: "openai" },
  modelId: "gpt-5-mini",
  faults: [
    {
      name: "the old limit for a model that wants the new one",
      plant: (body) => {
        body["max_tokens"] = 100;
      },
      message: /Use 'max_completion_tokens' instead/u,
    },
    {
      name: "another server's field",
      plant: (body) => {
        step(body)["reasoning_content"] = "x";
      },
      message: /Unrecognized request argument/u,
    },
  ],
});

describePlantedFaults({
  ...suite,
  name: "openai-chat (OpenRouter)",
  server: { family: "openai-chat", dialect: "openrouter" },
  settings: { type: "openrouter", id: "openrouter" },
  modelId: "anthropic/claude-sonnet-4.6",
  faults: [
    {
      name: "lost reasoning details",
      plant: (body) => delete step(body)["reasoning_details"],
      message: /reasoning_details must be passed back/u,
    },
    {
      name: "reasoning details without their signature",
      plant: (body) => delete at(step(body), "reasoning_details", 0)["signature"],
      message: /reasoning_details must be passed back/u,
    },
  ],
});
