import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { explainMismatch } from "./explain-mismatch.ts";
import { replaceText } from "./replace-text.ts";

const line = fc.constantFrom("a", "b", "", "é", "x y", "\t");
const lineEnd = fc.constantFrom("\n", "\r\n");
const text = fc
  .array(fc.tuple(line, lineEnd), { minLength: 1, maxLength: 12 })
  .map((lines) => lines.map(([content, end]) => content + end).join(""));

describe("replaceText", () => {
  it("changes the found place and not a byte elsewhere, whatever the line ends", () => {
    fc.assert(
      fc.property(text, text, text, (before, after, wanted) => {
        const marked = `\u{1F600}${wanted}\u{1F600}`;
        const replaced = replaceText(before + marked + after, {
          oldText: marked.replaceAll("\r\n", "\n"),
          newText: "NEW",
          replaceAll: false,
        });
        assert.ok(replaced.kind === "replaced");
        assert.equal(replaced.text, `${before}NEW${after}`);
      }),
    );
  });

  it("puts in the line ends of the file", () => {
    const replaced = replaceText("a\r\nb\r\n", { oldText: "a\n", newText: "1\n2\n", replaceAll: false });
    assert.ok(replaced.kind === "replaced" && replaced.text === "1\r\n2\r\nb\r\n");
  });

  it("replaces all, not what was just put in", () => {
    const replaced = replaceText("aXa", { oldText: "a", newText: "aa", replaceAll: true });
    assert.deepEqual(replaced, { kind: "replaced", text: "aaXaa", count: 2 });
  });

  it("explains any mismatch, quickly", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (content, wanted) => {
        assert.match(explainMismatch(content, wanted), /^old_string was not found/);
      }),
    );
    const large = Array.from({ length: 50_000 }, (_, index) => `const value${index} = compute(${index * 7});`).join(
      "\n",
    );
    const startMs = performance.now();
    assert.match(explainMismatch(large, "const value4999 = compite(34993);"), /5000\|const value4999/);
    assert.ok(performance.now() - startMs < 2000);
  });
});
