import { isJsonObject } from "../../../src/lib/json.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { at, describePlantedFaults, listAt } from "./planted-faults.ts";
import type { PlantedFault } from "./planted-faults.ts";

const messages = (body: JsonObject): JsonObject[] => listAt(body, "messages") as JsonObject[];
const thinking = (body: JsonObject): JsonObject => at(body, "messages", 1, "content", 0);
const firstCall = (body: JsonObject): JsonObject => at(body, "messages", 1, "content", 1);
const results = (body: JsonObject): JsonObject[] => listAt(body, "messages", 2, "content") as JsonObject[];

const faults: readonly PlantedFault[] = [
  {
    name: "an unknown field",
    plant: (body) => {
      body["frequency"] = 1;
    },
    message: /frequency: Extra inputs are not permitted/u,
  },
  {
    name: "an unknown field of a block",
    plant: (body) => {
      firstCall(body)["status"] = "done";
    },
    message: /messages\.1\.content\.1\.status: Extra inputs/u,
  },
  {
    name: "a missing limit of tokens",
    plant: (body) => delete body["max_tokens"],
    message: /max_tokens: Field required/u,
  },
  { name: "a missing model", plant: (body) => delete body["model"], message: /model: Field required/u },
  {
    name: "a wrong value",
    plant: (body) => {
      body["top_p"] = 2;
    },
    message: /top_p/u,
  },
  {
    name: "a conversation that begins with the model",
    plant: (body) => messages(body).splice(0, 1),
    message: /first message must use the "user" role/u,
  },
  {
    name: "two messages of the user's in a row",
    plant: (body) => messages(body).push({ role: "user", content: "And" }),
    message: /roles must alternate/u,
  },
  {
    name: "a conversation that ends with the model",
    plant: (body) => messages(body).push({ role: "assistant", content: "And" }),
    message: /must end with a user message/u,
  },
  {
    name: "an unanswered call",
    plant: (body) => results(body).splice(0, 1),
    message: /without `tool_result` blocks immediately after/u,
  },
  {
    name: "a call that is answered twice",
    plant: (body) =>
      results(body).push({ type: "tool_result", tool_use_id: firstCall(body)["id"] ?? null, content: "x" }),
    message: /each tool_use must have a single result/u,
  },
  {
    name: "a result without a call",
    plant: (body) => results(body).push({ type: "tool_result", tool_use_id: "toolu_nobody", content: "x" }),
    message: /unexpected `tool_use_id`/u,
  },
  {
    name: "results after other content",
    plant: (body) => results(body).unshift({ type: "text", text: "first" }),
    message: /must come first/u,
  },
  {
    name: "two calls with one id",
    plant: (body) => {
      at(body, "messages", 1, "content", 2)["id"] = firstCall(body)["id"] ?? null;
    },
    message: /ids must be unique/u,
  },
  {
    name: "an odd id",
    plant: (body) => {
      firstCall(body)["id"] = "call|1";
    },
    message: /messages\.1\.content\.1\.id/u,
  },
  {
    name: "changed arguments",
    plant: (body) => {
      firstCall(body)["input"] = {};
    },
    message: /differs from the one that was made/u,
  },
  {
    name: "lost thinking",
    plant: (body) => listAt(body, "messages", 1, "content").splice(0, 1),
    message: /Expected `thinking` or `redacted_thinking`, but found `tool_use`/u,
  },
  {
    name: "a lost signature",
    plant: (body) => delete thinking(body)["signature"],
    message: /signature: Field required/u,
  },
  {
    name: "changed thinking",
    plant: (body) => {
      thinking(body)["thinking"] = "something else";
    },
    message: /Invalid `signature` in `thinking` block/u,
  },
  {
    name: "thinking that nobody made",
    plant: (body) => listAt(body, "messages", 1, "content").unshift({ type: "redacted_thinking", data: "AAAA" }),
    message: /cannot be modified/u,
  },
  {
    name: "a bad image",
    plant: (body) => {
      at(body, "messages", 0, "content", 1, "source")["data"] = "AAAA";
    },
    message: /image\.source\.base64/u,
  },
  {
    name: "a fifth cache mark",
    plant: (body) => {
      firstCall(body)["cache_control"] = { type: "ephemeral" };
    },
    message: /A maximum of 4 blocks/u,
  },
  {
    name: "a temperature while thinking",
    plant: (body) => {
      body["temperature"] = 0.5;
    },
    message: /may only be set to 1 when thinking/u,
  },
  {
    name: "a budget beyond the limit",
    plant: (body) => {
      body["thinking"] = { type: "enabled", budget_tokens: 100_000 };
    },
    message: /must be greater than `thinking\.budget_tokens`/u,
  },
];

describePlantedFaults({
  name: "anthropic",
  server: { family: "anthropic" },
  settings: { type: "anthropic", id: "anthropic" },
  modelId: "claude-sonnet-4-6",
  usage: {},
  hasArgumentText: true,
  showsReasoning: true,
  demandsReasoning: true,
  request: { reasoningEffort: "high" },
  faults,
  messageOf: ({ type, error }) =>
    type === "error" && isJsonObject(error) && "type" in error ? error["message"] : undefined,
});
