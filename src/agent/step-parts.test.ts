import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { asToolCallId } from "../schema/ids.ts";
import type { Part, ReasoningPart } from "../schema/message.ts";
import type { ModelBlock } from "../schema/model-request.ts";
import { blocksOfParts, partsCarry, partsOfBlocks, validInput, withUniqueCallIds } from "./step-parts.ts";

const signed = (signature: string): JsonMetadata => ({ anthropic: { signature } });
const call = (id: string, input = "{}"): ModelBlock => ({
  kind: "tool-call",
  id: asToolCallId(id),
  name: "view",
  input,
});

function reasoningOf(parts: readonly Part[]): ReasoningPart | undefined {
  return parts.find((part): part is ReasoningPart => part.type === "reasoning");
}

describe("partsOfBlocks", () => {
  test("one thought, one text and calls are carried whole, the signature with them", () => {
    const blocks: ModelBlock[] = [
      {
        kind: "reasoning",
        text: "hm",
        metadata: { anthropic: { signature: "sig" }, google: { thoughtSignature: "g" } },
      },
      { kind: "text", text: "I look" },
      call("a"),
      call("b"),
    ];
    const parts = partsOfBlocks(blocks, new Set([asToolCallId("a")]), { reasoningStartedAt: 5 });
    assert.equal(partsCarry(blocks, parts), true);
    assert.deepEqual(
      parts.map((part) => (part.type === "tool_call" ? [part.id, part.finished] : part.type)),
      ["reasoning", "text", ["a", true], ["b", false]],
    );
    const { signature, thoughtSignature, startedAt, finishedAt } = reasoningOf(parts) ?? {};
    assert.deepEqual([signature, thoughtSignature, startedAt, finishedAt], ["sig", "g", 5, undefined]);
  });

  test("several thoughts are joined, and a signature that holds for one of them only is not put under all", () => {
    const blocks: ModelBlock[] = [
      { kind: "reasoning", text: "one", metadata: signed("first") },
      { kind: "text", text: "said" },
      { kind: "reasoning", text: "two", metadata: signed("second") },
    ];
    const parts = partsOfBlocks(blocks, "all", {});
    assert.equal(reasoningOf(parts)?.thinking, "one\n\ntwo");
    assert.equal(reasoningOf(parts)?.signature, "");
    assert.equal(partsCarry(blocks, parts), false);
  });

  test("what Crush's parts have no place for is not carried", () => {
    const metadata = { openai: { itemId: "rs_1", reasoningEncryptedContent: "x" } };
    for (const blocks of [
      [{ kind: "reasoning", text: "hm", metadata }],
      [{ kind: "text", text: "hm", metadata: { openai: { itemId: "msg_1" } } }],
      [{ ...call("a"), metadata: { google: { thoughtSignature: "g" } } }],
      [call("a"), { kind: "text", text: "after the call" }],
    ] satisfies ModelBlock[][]) {
      assert.equal(partsCarry(blocks, partsOfBlocks(blocks, "all", {})), false);
    }
  });

  test("whatever the blocks: one part of each kind, all words in order, and the parts stand for themselves", () => {
    const anyMetadata = fc.option(
      fc.constantFrom<JsonMetadata>(
        { anthropic: { signature: "s" } },
        { google: { thoughtSignature: "t" } },
        { openai: { itemId: "i", reasoningEncryptedContent: null } },
      ),
      { nil: undefined },
    );
    const anyBlock = fc
      .tuple(fc.constantFrom("text", "reasoning", "tool-call"), fc.string({ maxLength: 4 }), anyMetadata)
      .map(([kind, text, metadata]): ModelBlock => {
        const more = metadata === undefined ? {} : { metadata };
        if (kind === "tool-call") return { ...call(text), ...more };
        return { kind: kind === "text" ? "text" : "reasoning", text, ...more };
      });
    fc.assert(
      fc.property(fc.array(anyBlock, { maxLength: 6 }), (blocks) => {
        const parts = partsOfBlocks(blocks, "all", {});
        for (const type of ["text", "reasoning"]) assert.ok(parts.filter((part) => part.type === type).length <= 1);
        assert.equal(wordsOf(blocksOfParts(parts), "text"), wordsOf(blocks, "text"));
        assert.equal(wordsOf(blocksOfParts(parts), "reasoning"), wordsOf(blocks, "reasoning"));
        const again = partsOfBlocks(blocksOfParts(parts), "all", {});
        assert.deepEqual(blocksOfParts(again), blocksOfParts(parts));
        if (partsCarry(blocks, parts)) assert.deepEqual(blocksOfParts(parts), blocks);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

type JsonMetadata = NonNullable<ModelBlock["metadata"]>;

function wordsOf(blocks: readonly ModelBlock[], kind: "text" | "reasoning"): string {
  return blocks.flatMap((block) => (block.kind === kind && block.text !== "" ? [block.text] : [])).join("\n\n");
}

describe("blocksOfParts", () => {
  test("Google's signature stands at the call that Crush noted beside it, OpenAI's item at the thought", () => {
    const reasoning: ReasoningPart = {
      type: "reasoning",
      thinking: "hm",
      signature: "",
      thoughtSignature: "g",
      toolId: "b",
      responsesData: { type: "openai.responses", data: { item_id: "rs_1", encrypted_content: "x" } },
    };
    const calls = ["a", "b"].map((id): Part => {
      return {
        type: "tool_call",
        id: asToolCallId(id),
        name: "v",
        input: "{}",
        providerExecuted: false,
        finished: true,
      };
    });
    assert.deepEqual(
      blocksOfParts([reasoning, ...calls]).map((block) => block.metadata),
      [
        { openai: { itemId: "rs_1", reasoningEncryptedContent: "x" } },
        undefined,
        { google: { thoughtSignature: "g" } },
      ],
    );
  });
});

describe("withUniqueCallIds", () => {
  test("whatever the ids: all calls differ, and the first of each id keeps it", () => {
    const anyId = fc.constantFrom("", "a", "a_1", "a_2", "a_3", "call", "call_0", "call_1");
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 7 }), (ids) => {
        const unique = withUniqueCallIds(ids.map((id) => call(id))).map((block) => (block as { id: string }).id);
        assert.equal(new Set(unique).size, ids.length);
        assert.ok(!unique.includes(""));
        for (const [index, id] of ids.entries()) {
          if (id !== "" && ids.indexOf(id) === index) assert.equal(unique[index], id);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe("validInput", () => {
  test("an object's JSON stays as it is; anything else becomes an empty object", () => {
    assert.equal(validInput('{"a" : 1}'), '{"a" : 1}');
    for (const input of ["", " ", "{oops", "[]", "null", '"text"', "1"]) assert.equal(validInput(input), "{}");
  });
});
