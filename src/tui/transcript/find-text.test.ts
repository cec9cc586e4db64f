import assert from "node:assert/strict";
import { test } from "node:test";
import { lineText, span } from "../../term/spans.ts";
import { countMatches, markMatches, matchesInRows } from "./find-text.ts";

const look = { match: { underline: true }, current: { inverse: true }, ordinal: 1 };

test("matches are counted whatever the case, without overlapping", () => {
  assert.equal(countMatches("Anvil, anvil and ANVIL", "anvil"), 3);
  assert.equal(countMatches("aaaa", "aa"), 2);
  assert.equal(countMatches("anything", ""), 0);
});

test("each match in the rows is found once", () => {
  const rows = [[span("an anvil, "), span("an anvil")], [span("none")], [span("anvil")]];
  assert.deepEqual(matchesInRows(rows, "anvil"), [
    { row: 0, ordinal: 0 },
    { row: 0, ordinal: 1 },
    { row: 2, ordinal: 0 },
  ]);
});

test("matches are marked across spans, the text stays", () => {
  const line = [span("an an", { bold: true }), span("vil, anvil!")];
  const marked = markMatches(line, "anvil", look);
  assert.equal(lineText(marked), lineText(line));
  assert.deepEqual(
    marked.map(({ text, style }) => [
      text,
      style.underline === true ? "match" : style.inverse === true ? "current" : "",
    ]),
    [
      ["an ", ""],
      ["an", "match"],
      ["vil", "match"],
      [", ", ""],
      ["anvil", "current"],
      ["!", ""],
    ],
  );
});
