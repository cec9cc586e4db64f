import assert from "node:assert/strict";
import { test } from "node:test";
import { asMessageId, asSessionId, asToolCallId } from "../../schema/ids.ts";
import type { Message, Part, Role } from "../../schema/message.ts";
import { TranscriptItems } from "./transcript-items.ts";

function message(id: string, role: Role, parts: readonly Part[]): Message {
  return {
    id: asMessageId(id),
    sessionId: asSessionId("session"),
    role,
    parts,
    model: "",
    provider: null,
    createdAt: 1,
    updatedAt: 1,
    finishedAt: 1,
    isSummary: false,
    exactBlocks: null,
    unreadable: null,
  };
}

const id = asToolCallId("call");
const call: Part = { type: "tool_call", id, name: "view", input: "{}", providerExecuted: false, finished: true };
const result: Part = {
  type: "tool_result",
  toolCallId: id,
  name: "view",
  content: "a line",
  data: "",
  mimeType: "",
  metadata: "",
  isError: false,
};
const text: Part = { type: "text", text: "I look." };

test("a call that was made and answered between two frames is one item", () => {
  const items = new TranscriptItems();
  items.load([message("prompt", "user", [{ type: "text", text: "look" }])]);
  items.setActive(true);
  items.setLive(message("answer", "assistant", [text]));
  items.upsert(message("answer", "assistant", [text, call]));
  items.upsert(message("result", "tool", [result]));
  items.setLive(null);
  const tools = items.items.filter((item) => item.kind === "tool");
  assert.deepEqual(
    tools.map(({ key, state }) => [key, state]),
    [["answer/tool_call/0", "done"]],
  );
});
