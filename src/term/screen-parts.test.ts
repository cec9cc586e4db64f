import assert from "node:assert/strict";
import { test } from "node:test";
import { boxContentWidth, drawBox, drawRule } from "./box.ts";
import { createStyleSequences, detectColorDepth, luminance } from "./color.ts";
import { filterFuzzy } from "./fuzzy-match.ts";
import { hitRegion } from "./regions.ts";
import { scrollbarCells, scrollbarFraction, scrollbarThumb } from "./scrollbar.ts";
import {
  expandSelection,
  extendSelection,
  isEmptySelection,
  markSelection,
  selectedText,
  startSelection,
} from "./selection.ts";
import type { Frame } from "./span-line.ts";
import { line, lineText, lineWidth, span } from "./spans.ts";
import { themes } from "./themes.ts";

const theme = themes.none;

test("boxes have the exact size, with title, note and footer in their borders", () => {
  const rows = drawBox([line("content"), line("日本語日本語日本語")], {
    width: 20,
    theme,
    title: line("Title"),
    note: line("1/2"),
    footer: line("esc"),
  });
  assert.deepEqual(rows.map(lineText), [
    "╭─ Title ──── 1/2 ─╮",
    "│ content          │",
    "│ 日本語日本語日…  │",
    "╰─ esc ────────────╯",
  ]);
  assert.equal(boxContentWidth(20), 16);
  const small = drawBox([], { width: 8, height: 4, theme, title: line("a long title") });
  assert.deepEqual(small.map(lineWidth), [8, 8, 8, 8]);
  assert.equal(lineText(drawRule(line("label"), 14, {})), "── label ─────");
});

test("the scrollbar's thumb reaches the ends only at the ends", () => {
  assert.equal(scrollbarThumb({ offset: 0, total: 10, height: 10 }), null);
  assert.deepEqual(scrollbarThumb({ offset: 0, total: 100, height: 10 }), { start: 0, length: 1 });
  assert.deepEqual(scrollbarThumb({ offset: 1, total: 100, height: 10 }), { start: 1, length: 1 });
  assert.deepEqual(scrollbarThumb({ offset: 89, total: 100, height: 10 }), { start: 8, length: 1 });
  assert.deepEqual(scrollbarThumb({ offset: 90, total: 100, height: 10 }), { start: 9, length: 1 });
  const cells = scrollbarCells({ offset: 0, total: 20, height: 4 }, theme);
  assert.equal(cells.map(lineText).join(""), "┃   ");
  assert.equal(scrollbarFraction(9, { offset: 0, total: 100, height: 10 }), 8.5 / 9);
});

test("the topmost region under the mouse is hit", () => {
  const regions = [
    { row: 0, column: 0, width: 10, height: 10, target: "below" },
    { row: 2, column: 2, width: 3, height: 1, target: "above" },
  ];
  assert.deepEqual(hitRegion(regions, { row: 2, column: 4 }), { target: "above", row: 0, column: 2 });
  assert.deepEqual(hitRegion(regions, { row: 3, column: 4 }), { target: "below", row: 3, column: 4 });
  assert.equal(hitRegion(regions, { row: 11, column: 0 }), null);
});

const frame: Frame = {
  lines: [line("one two      │ side"), line("three 日本    │ bar"), line("src/a.ts:12  │")],
  cursor: null,
};
const area = { row: 0, column: 0, width: 12, height: 3 };

test("a selection stays in its area and loses trailing blanks", () => {
  const selection = extendSelection(startSelection(area, { row: 0, column: 4 }), { row: 1, column: 18 });
  assert.equal(selectedText(frame, selection, themes.dark), "two\nthree 日本");
  const backwards = extendSelection(startSelection(area, { row: 1, column: 4 }), { row: 0, column: 4 });
  assert.equal(selectedText(frame, backwards, themes.dark), "two\nthree");
  assert.ok(isEmptySelection(startSelection(area, { row: 1, column: 1 })));
});

test("double clicks choose words, triple clicks rows", () => {
  const at = (row: number, column: number) => startSelection(area, { row, column });
  assert.equal(selectedText(frame, expandSelection(frame, at(0, 5), "word"), themes.dark), "two");
  assert.equal(selectedText(frame, expandSelection(frame, at(1, 8), "word"), themes.dark), "日本");
  assert.equal(selectedText(frame, expandSelection(frame, at(2, 0), "word"), themes.dark), "src/a.ts:12");
  assert.equal(selectedText(frame, expandSelection(frame, at(1, 2), "row"), themes.dark), "three 日本");
});

test("what is chosen is marked, nothing else", () => {
  const selection = extendSelection(startSelection(area, { row: 0, column: 4 }), { row: 0, column: 6 });
  const marked = markSelection(frame, selection, theme).lines[0] ?? [];
  assert.deepEqual(
    marked.filter((part) => part.style.inverse === true).map((part) => part.text),
    ["two"],
  );
  assert.equal(lineText(marked), lineText(frame.lines[0] ?? []));
});

test("colours become what the terminal can show", () => {
  const style = { foreground: "#ff0000", background: 236, bold: true } as const;
  const sequence = (depth: Parameters<typeof createStyleSequences>[0]) => createStyleSequences(depth)(style);
  assert.equal(sequence("truecolor"), "\u001b[0;1;38;2;255;0;0;48;5;236m");
  assert.equal(sequence("256"), "\u001b[0;1;38;5;196;48;5;236m");
  assert.equal(sequence("16"), "\u001b[0;1;91;40m");
  assert.equal(sequence("none"), "\u001b[0;1m");
  assert.equal(createStyleSequences("truecolor")({}), "\u001b[m");
});

test("the depth of colours is what the environment says", () => {
  assert.equal(detectColorDepth({ TERM: "xterm-256color", COLORTERM: "truecolor" }), "truecolor");
  assert.equal(detectColorDepth({ TERM: "xterm-256color", COLORTERM: "truecolor", NO_COLOR: "1" }), "none");
  assert.equal(detectColorDepth({ TERM: "xterm-256color", NO_COLOR: "" }), "256");
  assert.equal(detectColorDepth({ TERM: "xterm-kitty" }), "truecolor");
  assert.equal(detectColorDepth({ TERM: "screen" }), "16");
  assert.equal(detectColorDepth({ TERM: "dumb" }), "none");
  assert.ok(luminance("#ffffff") > 0.9 && luminance("#202030") < 0.3);
});

test("themes say the same things; without colours none is used", () => {
  const names = (value: object): string[] =>
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      ["markdown", "code", "diff", "transcript"].includes(name) && typeof inner === "object" && inner !== null
        ? Object.keys(inner).map((key) => `${name}.${key}`)
        : [name],
    );
  assert.deepEqual(names(themes.dark).toSorted(), names(themes.light).toSorted());
  assert.deepEqual(names(themes.dark).toSorted(), names(themes.none).toSorted());
  assert.doesNotMatch(JSON.stringify(themes.none), /ground/);
});

test("fuzzy filters put the best first and keep the order of a blank query", () => {
  const items = ["src/main.ts", "docs/domain.md", "main"];
  assert.deepEqual(
    filterFuzzy(items, " ", (item) => item),
    items,
  );
  assert.equal(filterFuzzy(items, "main", (item) => item)[0], "main");
  assert.deepEqual(
    filterFuzzy(items, "zzz", (item) => item),
    [],
  );
  assert.equal(span("x").text, "x");
});
