import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { joinDeltas } from "./joined-deltas.ts";

const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");
const textOf = (bytes: string): string => Buffer.from(bytes, "latin1").toString();
const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

const chat = (delta: object, more: object = {}): string =>
  data({ id: "1", choices: [{ index: 0, delta, finish_reason: null, ...more }] });
const anthropic = (delta: object, index = 0): string =>
  `event: content_block_delta\n${data({ type: "content_block_delta", index, delta })}`;

function joined(...events: readonly string[]): string[] {
  const parts = textOf(joinDeltas(bytesOf(events.join("")))).split("\n\n");
  assert.equal(parts.pop(), "");
  return parts.map((part) => `${part}\n\n`);
}

test("neighbours that differ in their piece alone become one, in each family's format", () => {
  assert.deepEqual(joined(chat({ content: "He" }), chat({ content: 'l"lo\n' }), chat({ content: " 漢\\" })), [
    chat({ content: 'Hel"lo\n 漢\\' }),
  ]);
  assert.deepEqual(
    joined(chat({ reasoning_content: "a", content: "" }), chat({ reasoning_content: "b", content: "" })),
    [chat({ reasoning_content: "ab", content: "" })],
  );
  const text = (piece: string): string => anthropic({ type: "text_delta", text: piece });
  const input = (piece: string): string => anthropic({ type: "input_json_delta", partial_json: piece });
  assert.deepEqual(joined(text("a"), text("b"), input('{"a'), input('":1}')), [text("ab"), input('{"a":1}')]);
  const call = (piece: string): string => chat({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
  assert.deepEqual(joined(call('{"x":'), call("1}")), [call('{"x":1}')]);
});

test("what differs in anything else stays apart, in order", () => {
  const events = [
    chat({ role: "assistant", content: "" }),
    chat({ content: "a" }),
    chat({ content: "b" }, { index: 1 }),
    ": ping\n\n",
    chat({ content: "c" }),
    chat({ content: "d" }, { finish_reason: "stop" }),
    anthropic({ type: "text_delta", text: "e" }, 0),
    anthropic({ type: "text_delta", text: "f" }, 1),
    anthropic({ type: "thinking_delta", thinking: "g" }, 1),
    data({ error: { message: "overloaded" } }),
    "data: [DONE]\n\n",
  ];
  assert.deepEqual(joined(...events), events);
});

test("two whole calls of one name are not one, nor is a text that is said twice in an event", () => {
  const call = chat({ tool_calls: [{ index: 0, function: { name: "view", arguments: "{}" } }] });
  const twice = chat({ reasoning: "so", reasoning_details: [{ type: "reasoning.text", text: "so" }] });
  assert.deepEqual(joined(call, call, twice, twice), [call, call, twice, twice]);
});

test("words that look like the format, inside a text, are text", () => {
  const tricky = [chat({ content: '"content":"x' }), chat({ content: 'data: {"text":"y"}' })];
  assert.deepEqual(joined(...tricky), [chat({ content: '"content":"xdata: {"text":"y"}' })]);
});

const piece = fc.string({ unit: "grapheme", minLength: 0, maxLength: 12 });
const event = fc.oneof(
  piece.map((content) => chat({ content })),
  piece.map((text) => chat({ reasoning_content: text, content: null })),
  piece.map((text) => anthropic({ type: "text_delta", text })),
  fc.constantFrom(": ping\n\n", "data: [DONE]\n\n", chat({ role: "assistant", content: "" })),
);

/** What the events say: neighbouring pieces of one kind joined, everything else as it is. */
function meaningOf(stream: string): string[] {
  const meaning: string[] = [];
  let kind = "";
  for (const part of stream.split("\n\n")) {
    const [, shape = part, text] =
      /("(?:reasoning_content|text|content)":")((?:[^"\\]|\\.)*)".*$/su.exec(part)?.slice(0) ?? [];
    const value = text === undefined ? null : (JSON.parse(`"${text}"`) as string);
    if (value === "") continue;
    if (value !== null && shape === kind) meaning.push((meaning.pop() ?? "") + value);
    else meaning.push(value ?? part);
    kind = value === null ? "" : shape;
  }
  return meaning;
}

test("whatever comes, and however it is cut, it says the same in no more events", () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 30 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      (events, at) => {
        const bytes = bytesOf(events.join(""));
        const cuts = [0, ...at.map((part) => Math.floor(part * bytes.length)), bytes.length].toSorted((a, b) => a - b);
        const batches = cuts.slice(1).map((end, index) => joinDeltas(bytes.slice(cuts[index], end)));
        const stream = textOf(batches.join(""));
        assert.deepEqual(meaningOf(stream), meaningOf(events.join("")));
        assert.ok(stream.split("\n\n").length <= events.length + 1);
      },
    ),
    { numRuns: 500 },
  );
});
