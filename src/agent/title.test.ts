import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sampleMessage } from "../../test/harness/sample-message.ts";
import * as fc from "fast-check";
import type { Message, Role } from "../schema/message.ts";
import { cleanTitle, isRetitleOccasion, provisionalTitle, titleExcerpt } from "./title.ts";

const family = "👩‍👩‍👧";
const england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";

function graphemeCount(text: string): number {
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length;
}

describe("provisionalTitle", () => {
  test("the first line with words, shortened to 50 characters as people count them", () => {
    assert.equal(provisionalTitle("\n---\n  Fix the\tparser \n now"), "Fix the parser");
    assert.equal(provisionalTitle("x".repeat(50)), "x".repeat(50));
    assert.equal(provisionalTitle("x".repeat(51)), `${"x".repeat(49)}…`);
    assert.equal(provisionalTitle(`a${family.repeat(60)}`), `a${family.repeat(48)}…`);
    assert.equal(provisionalTitle("修复解析器".repeat(20)), `${"修复解析器".repeat(10).slice(0, 49)}…`);
  });

  test("nothing to read gives no title", () => {
    for (const prompt of ["", " \n ", "…", "🎉", "\u0000\u001b"]) assert.equal(provisionalTitle(prompt), null);
  });

  test("control and invisible characters go; what joins letters and emoji stays", () => {
    assert.equal(provisionalTitle("\u001b[31mred\u202e alert\u0007"), "[31mred alert");
    assert.equal(provisionalTitle("解\u200b析"), "解析");
    assert.equal(provisionalTitle("می\u200cخواهم"), "می\u200cخواهم");
    assert.equal(provisionalTitle(`x ${england}${family}`), `x ${england}${family}`);
  });

  test("however long and odd the prompt, no half character stays", () => {
    assert.equal(graphemeCount(provisionalTitle("😀x".repeat(100_000)) ?? ""), 50);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (prompt) => {
        const each = provisionalTitle(prompt);
        if (each === null) return;
        assert.ok(each.isWellFormed() && graphemeCount(each) <= 50 && !/[\n\r\u001b]/u.test(each));
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});

describe("cleanTitle", () => {
  test("thinking goes, also where only its end is marked or it has no end", () => {
    assert.equal(cleanTitle("<think>\nhm\n</think>\n\nFix parser"), "Fix parser");
    assert.equal(cleanTitle("they want a title</thinking>\nFix parser"), "Fix parser");
    assert.equal(cleanTitle("<thinking>never ends"), null);
    assert.equal(cleanTitle("<reasoning>a</reasoning><thought>b</thought>Fix parser"), "Fix parser");
  });

  test("quotes around it go in any script, those inside stay", () => {
    for (const quoted of [
      '"Fix parser"',
      "“Fix parser”",
      "«Fix parser»",
      "`Fix parser`",
      "**Fix parser**",
      "'Fix parser'.",
    ]) {
      assert.equal(cleanTitle(quoted), "Fix parser");
    }
    assert.equal(cleanTitle("「修复解析器」。"), "修复解析器");
    assert.equal(cleanTitle("Rename `foo`"), "Rename `foo`");
    assert.equal(cleanTitle("`foo` and `bar`"), "`foo` and `bar`");
    assert.equal(cleanTitle("Users' rights"), "Users' rights");
  });

  test("headings, labels and line breaks go", () => {
    assert.equal(cleanTitle("## Title: Fix parser\nbecause"), "Fix parser");
    assert.equal(cleanTitle("Fix\tthe\u0007 parser"), "Fix the parser");
  });

  test("an empty or over-long answer is none", () => {
    for (const answer of ["", "\n", '""', "...", "<think></think>"]) assert.equal(cleanTitle(answer), null);
    assert.equal(cleanTitle("x".repeat(50)), "x".repeat(50));
    assert.equal(cleanTitle("x".repeat(51)), null);
    assert.equal(cleanTitle(family.repeat(50)), family.repeat(50));
  });
});

describe("isRetitleOccasion", () => {
  test("after turns 3, 8 and every tenth", () => {
    const occasions = Array.from({ length: 31 }, (_, turn) => turn).filter((turn) => isRetitleOccasion(turn));
    assert.deepEqual(occasions, [3, 8, 10, 20, 30]);
  });
});

describe("titleExcerpt", () => {
  const row = (role: Role, text: string, fields: Partial<Message> = {}): Message => ({
    ...sampleMessage("m", role, [{ type: "text", text }]),
    ...fields,
  });

  test("prompts and answers, no tool's words, whole characters only", () => {
    const excerpt = titleExcerpt([row("user", "😀".repeat(2_000)), row("tool", "secret"), row("assistant", "done")]);
    assert.match(excerpt, /^Person: 😀/u);
    assert.match(excerpt, /\n\nAssistant: done$/u);
    assert.ok(!excerpt.includes("secret") && excerpt.isWellFormed() && excerpt.length < 2_000);
  });

  test("a long conversation keeps its beginning and its end", () => {
    const rows = Array.from({ length: 40 }, (_, index) => row("user", `prompt ${String(index)} ${"😀x".repeat(300)}`));
    const excerpt = titleExcerpt(rows);
    assert.ok(excerpt.length < 8_100 && excerpt.isWellFormed());
    assert.ok(excerpt.includes("prompt 0 ") && !excerpt.includes("prompt 20 "));
  });

  test("after a compaction the summary stands for what went before", () => {
    const excerpt = titleExcerpt([row("assistant", "## Goal — parse", { isSummary: true }), row("user", "go on")]);
    assert.match(excerpt, /^Summary so far: ## Goal — parse\n\nPerson: go on$/u);
  });
});
