import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asToolCallId } from "../schema/ids.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { withSafeCallIds } from "./safe-call-ids.ts";

function step(providerId: string, ...ids: readonly string[]): ModelMessage[] {
  const blocks = ids.map((id) => ({ kind: "tool-call", id: asToolCallId(id), name: "bash", input: "{}" }) as const);
  const results = ids.map((id) => ({ toolCallId: asToolCallId(id), toolName: "bash", text: "ok", isError: false }));
  return [
    { role: "assistant", blocks, providerId, modelId: "m" },
    { role: "tool", results },
  ];
}

function isMine({ providerId }: Extract<ModelMessage, { role: "assistant" }>): boolean {
  return providerId === "mine";
}

function idsIn(messages: readonly ModelMessage[]): string[][] {
  return messages.map((message) => {
    if (message.role === "assistant") {
      return message.blocks.flatMap((block) => (block.kind === "tool-call" ? [block.id] : []));
    }
    return message.role === "tool" ? message.results.map(({ toolCallId }) => toolCallId) : [];
  });
}

describe("call ids of other models", () => {
  it("become safe, in calls and results alike, and stay different", () => {
    const messages = step("other", "functions.bash:0", "functions_bash_0", "functions.bash.0");
    const expected = ["functions_bash_0_2", "functions_bash_0", "functions_bash_0_3"];
    assert.deepEqual(idsIn(withSafeCallIds(messages, isMine)), [expected, expected]);
  });

  it("are shortened", () => {
    const [ids = []] = idsIn(withSafeCallIds(step("other", "x".repeat(300)), isMine));
    assert.ok((ids[0] ?? "").length <= 64);
  });

  it("become safe where the wire format allows no others, also those that the same model made", () => {
    const expected = ["functions_bash_0"];
    assert.deepEqual(idsIn(withSafeCallIds(step("mine", "functions.bash:0"), () => false)), [expected, expected]);
  });

  it("stay as they are where the same model made them", () => {
    const messages = step("mine", "functions.bash:0");
    assert.equal(withSafeCallIds(messages, isMine), messages);
  });
});
