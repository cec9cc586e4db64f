import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { asToolCallId } from "../../schema/ids.ts";
import type { ModelMessage, ModelRequest, ToolResultContent, UserContent } from "../../schema/model-request.ts";
import { totalTokens } from "../../schema/usage.ts";
import type { ModelEvent } from "../provider.ts";
import { practiceProvider } from "./practice-provider.ts";

const tool = { name: "view", description: "", parameters: {} };
const user = (...texts: string[]): ModelMessage => ({
  role: "user",
  content: texts.map((text): UserContent => ({ kind: "text", text })),
});

function request(messages: readonly ModelMessage[], fields: Partial<ModelRequest> = {}): ModelRequest {
  return {
    modelId: "practice",
    system: "",
    messages,
    tools: [tool],
    maxOutputTokens: 100,
    canReason: false,
    supportsImages: false,
    cacheKey: "s",
    ...fields,
  };
}

async function answerTo(
  messages: readonly ModelMessage[],
  fields: Partial<ModelRequest> = {},
): Promise<{ readonly text: string; readonly calls: unknown[]; readonly last: ModelEvent | undefined }> {
  const events: ModelEvent[] = [];
  for await (const event of practiceProvider.stream(request(messages, fields), new AbortController().signal)) {
    events.push(event);
  }
  return {
    text: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""),
    calls: events.flatMap((event) =>
      event.type === "tool-call-end" ? [[event.name, JSON.parse(event.input) as unknown]] : [],
    ),
    last: events.at(-1),
  };
}

function answered(prompt: string, result: Partial<ToolResultContent>): ModelMessage[] {
  const toolCallId = asToolCallId("a");
  const toolName = result.toolName ?? "view";
  return [
    user(prompt),
    {
      role: "assistant",
      providerId: "practice",
      modelId: "practice",
      blocks: [{ kind: "tool-call", id: toolCallId, name: toolName, input: "{}" }],
    },
    { role: "tool", results: [{ toolCallId, toolName, text: "fine", isError: false, ...result }] },
  ];
}

describe("practiceProvider", () => {
  test("each request it understands becomes one call of the tool that does it", async () => {
    const name = `${randomUUID().slice(0, 8)}.txt`;
    const cases: [prompt: string, tool: string, input: object][] = [
      ["list files in src", "ls", { path: "src" }],
      [`read ${name}`, "view", { file_path: name }],
      ["search for x( in src", "grep", { pattern: "x(", literal_text: true, path: "src" }],
      [`create ${name} with one two`, "write", { file_path: name, content: "one two\n" }],
      [`change "a b" to "c" in ${name}`, "view", { file_path: name }],
      ["run make test", "bash", { description: "Run the command", command: "make test" }],
    ];
    for (const [prompt, expected, input] of cases) {
      const { calls, last } = await answerTo([user(prompt)]);
      assert.deepEqual(calls, [[expected, input]]);
      assert.ok(last?.type === "finish" && last.reason === "tool_use");
      assert.ok(last.usage !== null && totalTokens(last.usage) > 0 && !last.usage.isEstimated);
    }
  });

  test("a change edits what it has read, and gives up where it can't read", async () => {
    const prompt = 'change "a b" to "c" in n.txt';
    const read = await answerTo(answered(prompt, { text: "a b" }));
    assert.deepEqual(read.calls, [["edit", { file_path: "n.txt", old_string: "a b", new_string: "c" }]]);
    const failed = await answerTo(answered(prompt, { isError: true, text: "no such file" }));
    assert.deepEqual(failed.calls, []);
    assert.match(failed.text, /did not work[\s\S]*no such file/u);
    assert.deepEqual((await answerTo(answered(prompt, { toolName: "edit" }))).calls, []);
  });

  test("a result is quoted in a fence that its own fences don't end, and cut when long", async () => {
    const { text } = await answerTo(answered("read a.md", { text: "```js\nx\n```" }));
    assert.match(text, /\n````\n```js\nx\n```\n````$/u);
    const long = await answerTo(answered("read a.md", { text: "x".repeat(5_000) }));
    assert.ok(long.text.length < 2_200 && long.text.includes("…"));
  });

  test("what it does not understand it says, with what it does", async () => {
    const { text, calls, last } = await answerTo([user("what is this?")]);
    assert.match(text, /no AI/u);
    assert.deepEqual(calls, []);
    assert.ok(last?.type === "finish" && last.reason === "end_turn");
  });

  test("attached texts and commands of the person's own are not taken for the prompt", async () => {
    const messages = [
      user("I ran this command myself:\n$ ls", "read a.txt", '<attachment name="b">\nread b\n</attachment>'),
    ];
    assert.deepEqual((await answerTo(messages)).calls, [["view", { file_path: "a.txt" }]]);
  });

  test("a title is the prompt's first line, a summary the list of prompts", async () => {
    const title = await answerTo([user("Person: read a.txt\n\nAssistant: done")], { tools: [] });
    assert.equal(title.text, "read a.txt");
    const summary = await answerTo([user("read a.txt"), ...answered("list", {}).slice(1), user("Write the handover")], {
      tools: [],
    });
    assert.match(summary.text, /\n- read a\.txt$/u);
  });

  test("a cancel ends it promptly, as an abort", async () => {
    const abort = new AbortController();
    const events: ModelEvent[] = [];
    for await (const event of practiceProvider.stream(request([user("hello")]), abort.signal)) {
      events.push(event);
      if (events.length === 3) abort.abort();
    }
    assert.equal(events.length, 4);
    const last = events.at(-1);
    assert.ok(last?.type === "failure" && last.failure.kind === "aborted");
  });
});
