import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asToolCallId } from "../schema/ids.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { withShortResults } from "./short-results.ts";

function results(...outputs: string[]): ModelMessage {
  return {
    role: "tool",
    results: outputs.map((text, index) => ({
      toolCallId: asToolCallId(String(index)),
      toolName: "view",
      text,
      isError: false,
    })),
  };
}

function texts(messages: readonly ModelMessage[] | null): unknown[] {
  return (messages ?? []).flatMap((message) =>
    message.role === "tool" ? message.results.map(({ text }) => text) : [],
  );
}

const said: ModelMessage = { role: "user", content: [{ kind: "text", text: "x".repeat(8_000) }] };

describe("withShortResults", () => {
  test("cuts the oldest long results, as many as it takes, and nothing else", () => {
    const messages = [
      said,
      results("a".repeat(8_000), "short"),
      results("b".repeat(8_000)),
      results("c".repeat(8_000)),
    ];
    const [first, second, third, fourth] = texts(withShortResults(messages, 5_000));
    assert.equal(first, `${"a".repeat(1_000)}\n(7000 more characters are left out here)`);
    assert.equal(second, "short");
    assert.match(String(third), /^b{1000}\n\(/u);
    assert.equal(fourth, "c".repeat(8_000));
    assert.equal(withShortResults(messages, 5_000)?.[0], said);
  });

  test("is null where nothing can be cut, or nothing has to be", () => {
    assert.equal(withShortResults([said, results("short")], 10), null);
    assert.equal(withShortResults([said, results("a".repeat(8_000))], 5_000), null);
  });

  test("leaves no half of a surrogate pair", () => {
    const [text] = texts(withShortResults([results(`${"a".repeat(999)}😀${"b".repeat(4_000)}`)], 10));
    assert.ok(String(text).isWellFormed());
  });
});
