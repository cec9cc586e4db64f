import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleMessage } from "../../../test/harness/sample-message.ts";
import { sampleSession, ToolProject } from "../../../test/tools/tool-project.ts";
import { asToolCallId } from "../../schema/ids.ts";
import type { Message, Part, Role } from "../../schema/message.ts";

const message = (role: Role, parts: readonly Part[], number = 0): Message => sampleMessage(`m${number}`, role, parts);

const callId = asToolCallId("c");

describe("session_read", () => {
  it("tells who said and did what, without reasoning, long parts shortened", async () => {
    await using project = new ToolProject();
    project.sessions.listed = [sampleSession({})];
    project.sessions.messages = [
      message("user", [{ type: "text", text: "Look at it" }]),
      message("assistant", [
        {
          type: "reasoning",
          thinking: "hidden thought",
          signature: "",
          thoughtSignature: "",
          toolId: "",
          responsesData: null,
        },
        {
          type: "tool_call",
          id: callId,
          name: "view",
          input: '{"file_path":"a"}',
          providerExecuted: false,
          finished: true,
        },
      ]),
      message("tool", [
        {
          type: "tool_result",
          toolCallId: callId,
          name: "view",
          content: "x".repeat(5000),
          data: "",
          mimeType: "",
          metadata: "",
          isError: false,
        },
      ]),
    ];
    const { content } = await project.call("session_read", { session: "0e0f" });
    assert.match(content, /^Another one \(0e0fd1590c1b\)\n\nPerson: Look at it\n\nAssistant: \[calls view /u);
    assert.match(content, /\[result of view: x{2000}… \(5000 characters\)\]$/u);
    assert.doesNotMatch(content, /hidden thought/u);
  });

  it("is bounded, and says how to get what is older", async () => {
    await using project = new ToolProject();
    project.sessions.listed = [sampleSession({})];
    project.sessions.olderCursor = 17;
    const text = "y".repeat(1900);
    project.sessions.messages = Array.from({ length: 50 }, (_, number) =>
      message("assistant", [{ type: "text", text: `${number} ${text}` }], number),
    );
    const { content } = await project.call("session_read", { session: "0e0f", limit: 50 });
    assert.ok(content.length < 32_000, String(content.length));
    assert.match(content, /There are older ones: give before=17\./u);
    assert.match(content, /35 older messages of this page did not fit/u);
    assert.match(content, /Assistant: 49 y/u);
  });

  it("says which session there is not", async () => {
    await using project = new ToolProject();
    const result = await project.call("session_read", { session: "ffff" });
    assert.deepEqual([result.isError, result.content], [true, "session not found: ffff"]);
  });
});
