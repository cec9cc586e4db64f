import assert from "node:assert/strict";
import { test } from "node:test";
import { lineText, span, wrapSpans } from "../../term/spans.ts";
import { markMatches, rangesOf } from "./find-text.ts";
import { RowSearch } from "./row-search.ts";

const match = { underline: true };

test("matches do not overlap, and nothing is no match", () => {
  assert.deepEqual(
    rangesOf("aaaa", "aa").map(({ start }) => start),
    [0, 2],
  );
  assert.deepEqual(rangesOf("anything", ""), []);
});

test("each match in the rows is found once, whatever the case", () => {
  const rows = [[span("an Anvil, "), span("an anvil")], [span("none")], [span("ANVIL")]];
  assert.deepEqual(new RowSearch("anvil").matches(rows), [
    [{ row: 0, start: 3, end: 8 }],
    [{ row: 0, start: 13, end: 18 }],
    [{ row: 2, start: 0, end: 5 }],
  ]);
});

test("what a line was broken in is found in both rows, and what stands before the rest of it is no part", () => {
  const wrapped = wrapSpans([span("the smith has an anvil")], 16, { restPrefix: [span("│ ")] });
  assert.deepEqual(wrapped.map(lineText), ["the smith has an", "│ anvil"]);
  assert.deepEqual(new RowSearch("an anvil").matches(wrapped), [
    [
      { row: 0, start: 14, end: 16 },
      { row: 1, start: 2, end: 7 },
    ],
  ]);
  assert.equal(new RowSearch("an │ anvil").count(wrapped), 0);
  const long = wrapSpans([span("abcdefgh")], 4).map((row) => [span("  "), ...row]);
  assert.equal(new RowSearch("defg").count(long), 1);
  assert.equal(new RowSearch("an anvil").count([[span("an")], [span("anvil")]]), 0, "two lines");
});

test("of rows that become more the old ones are not looked through again", () => {
  const search = new RowSearch("anvil");
  const looked: string[] = [];
  const row = (text: string) => [
    {
      style: {},
      get text(): string {
        looked.push(text);
        return text;
      },
    },
  ];
  const rows = [row("an anvil"), row("a hammer")];
  assert.equal(search.count(rows), 1);
  looked.length = 0;
  assert.equal(search.count([...rows, row("one more anvil")]), 2);
  assert.deepEqual([...new Set(looked)], ["one more anvil"]);
});

test("matches are marked across spans, the text stays", () => {
  const line = [span("an an", { bold: true }), span("vil, anvil!")];
  const marked = markMatches(line, "anvil", match);
  assert.equal(lineText(marked), lineText(line));
  assert.deepEqual(
    marked.map(({ text, style }) => [text, style.underline === true ? "match" : ""]),
    [
      ["an ", ""],
      ["an", "match"],
      ["vil", "match"],
      [", ", ""],
      ["anvil", "match"],
      ["!", ""],
    ],
  );
});
