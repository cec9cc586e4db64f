import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { JoinedRows } from "./joined-rows.ts";
import type { SpanLine } from "./span-line.ts";
import {
  chopSpans,
  isSameStyle,
  justify,
  line,
  lineText,
  lineWidth,
  mergeStyles,
  overlayLines,
  padLine,
  sliceLine,
  span,
  truncateLine,
  truncateStart,
  truncateText,
  underlay,
  wrapSpans,
} from "./spans.ts";

const bold = { bold: true };
const pieces = [
  "a",
  "word ",
  "longer words here ",
  "日本語",
  "👍🏽",
  "e\u0301",
  " ",
  "   ",
  "verylongwordwithoutanyblank",
];
const lineArbitrary: fc.Arbitrary<SpanLine> = fc.array(
  fc.tuple(fc.constantFrom(...pieces), fc.constantFrom({}, bold)).map(([text, style]) => span(text, style)),
  { maxLength: 12 },
);

const texts = (rows: readonly SpanLine[]): string[] => rows.map(lineText);

test("words stay whole, blanks at breaks go", () => {
  assert.deepEqual(texts(wrapSpans(line("one two three"), 7)), ["one two", "three"]);
  assert.deepEqual(texts(wrapSpans(line("one  two"), 4)), ["one", "two"]);
  assert.deepEqual(texts(wrapSpans(line("abcdefghij xy"), 4)), ["abcd", "efgh", "ij", "xy"]);
  assert.deepEqual(texts(wrapSpans(line(""), 4)), [""]);
});

test("ideographs break anywhere, never in half", () => {
  assert.deepEqual(texts(wrapSpans(line("日本語日本語"), 5)), ["日本", "語日", "本語"]);
  assert.deepEqual(texts(wrapSpans(line("go 日本"), 5)), ["go 日", "本"]);
});

test("a word keeps its styles over a break between rows", () => {
  const rows = wrapSpans([span("plain bo", {}), span("ld", bold), span(" end")], 6);
  assert.deepEqual(texts(rows), ["plain", "bold", "end"]);
  assert.deepEqual(rows[1], [{ ...span("bo"), joint: " " }, span("ld", bold)]);
});

test("a row that goes on from the one before says what the break dropped", () => {
  const joints = (rows: readonly SpanLine[]) => rows.map((row) => row.map(({ joint }) => joint));
  assert.deepEqual(joints(wrapSpans(line("one  two"), 6, { restPrefix: [span("  ")] })), [
    [undefined],
    [undefined, "  "],
  ]);
  assert.deepEqual(joints(chopSpans(line("abcdefgh"), 4)), [[undefined], [""]]);
});

test("prefixes are part of the width", () => {
  const rows = wrapSpans(line("one two three"), 9, { firstPrefix: [span("1. ")], restPrefix: [span("   ")] });
  assert.deepEqual(texts(rows), ["1. one", "   two", "   three"]);
});

test("wrapped rows fit, and say the same but for blanks", () => {
  fc.assert(
    fc.property(lineArbitrary, fc.integer({ min: 2, max: 20 }), (spans, width) => {
      const rows = wrapSpans(spans, width);
      for (const row of rows) assert.ok(lineWidth(row) <= width, lineText(row));
      const bare = (text: string) => text.replaceAll(" ", "");
      assert.equal(bare(texts(rows).join("")), bare(lineText(spans)));
    }),
    { seed: 3, numRuns: 500 },
  );
});

test("chopped rows are full and say exactly the same", () => {
  fc.assert(
    fc.property(lineArbitrary, fc.integer({ min: 2, max: 20 }), (spans, width) => {
      const rows = chopSpans(spans, width);
      assert.equal(texts(rows).join(""), lineText(spans));
      for (const row of rows) assert.ok(lineWidth(row) <= width);
      for (const row of rows.slice(0, -1)) assert.ok(lineWidth(row) >= width - 1);
    }),
    { seed: 4, numRuns: 500 },
  );
});

test("padded lines have the exact width, cut ones end in an ellipsis", () => {
  fc.assert(
    fc.property(lineArbitrary, fc.nat(30), (spans, width) => {
      assert.equal(lineWidth(padLine(spans, width)), width);
      assert.ok(lineWidth(truncateLine(spans, width)) <= width);
    }),
    { seed: 5, numRuns: 500 },
  );
  assert.equal(lineText(truncateLine(line("a long line"), 6)), "a lon…");
  assert.equal(truncateText("日本語日本語", 6), "日本…");
  assert.equal(truncateStart("/a/very/long/path.ts", 10), "…g/path.ts");
  assert.equal(truncateText("short", 0), "");
});

test("slices keep styles", () => {
  const spans = [span("abc"), span("def", bold)];
  assert.deepEqual(sliceLine(spans, 2, 5), [span("c"), span("de", bold)]);
});

test("lines stand side by side, and are the same row as long as they are the same lines", () => {
  const rows = new JoinedRows();
  const [left, right] = [line("too long for it"), line("right")];
  const row = rows.join(left, right, 5);
  assert.equal(lineText(row), "too …right");
  assert.equal(rows.join(left, right, 5), row);
  assert.equal(lineText(rows.join(left, right, 17)), "too long for it  right");
  assert.equal(lineText(rows.join(left, line("other"), 17)), "too long for it  other");
});

test("two texts keep to the ends of a line", () => {
  assert.equal(lineText(justify(line("title"), line("12:30"), 14)), "title    12:30");
  assert.equal(lineText(justify(line("a long title"), line("12:30"), 12)), "a lon… 12:30");
});

test("a dialog lies on what is below", () => {
  const rows = overlayLines([line("aaaaaa"), line("bbbbbb"), line("日本語")], [line("XX"), line("YY")], {
    row: 1,
    column: 1,
  });
  assert.deepEqual(texts(rows), ["aaaaaa", "bXXbbb", " YY 語"]);
});

test("merged styles are the same object for the same two, and equal by value", () => {
  const red = { foreground: "#ff0000" } as const;
  assert.equal(mergeStyles(bold, red), mergeStyles(bold, red));
  assert.ok(isSameStyle(mergeStyles(bold, red), { bold: true, foreground: "#ff0000" }));
  assert.ok(!isSameStyle(bold, red));
  assert.deepEqual(underlay([span("x", red)], { background: 1 })[0]?.style, { background: 1, foreground: "#ff0000" });
});
