import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleMessage as message } from "../../../test/harness/sample-message.ts";
import { asToolCallId } from "../../schema/ids.ts";
import type { Part } from "../../schema/message.ts";
import { TranscriptItems } from "./transcript-items.ts";

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
const command: Part = { type: "shell_command", command: "make", output: "", exitCode: 0 };

function toolStates(items: TranscriptItems): readonly string[] {
  return items.items.flatMap((item) => (item.kind === "tool" ? [item.state] : []));
}

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

test("while a command of the person's own runs, the calls of the turn are shown as they are", () => {
  const items = new TranscriptItems();
  items.setCommands([message("command", "user", [command])]);
  items.upsert(message("prompt", "user", [{ type: "text", text: "look" }]));
  items.upsert(message("answer", "assistant", [call]));
  items.setActive(true);
  assert.deepEqual(toolStates(items), ["running"]);
  items.setToolState(id, "waiting");
  assert.deepEqual(toolStates(items), ["waiting"]);
});

test("a command that has ended in the middle of a turn does not end the turn", () => {
  const items = new TranscriptItems();
  items.load([
    message("prompt", "user", [{ type: "text", text: "look" }]),
    message("answer", "assistant", [call]),
    message("command", "user", [command]),
  ]);
  assert.deepEqual(toolStates(items), ["interrupted"]);
  items.setActive(true);
  assert.deepEqual(toolStates(items), ["running"]);
  items.setActive(false);
  assert.deepEqual(toolStates(items), ["interrupted"]);
});
