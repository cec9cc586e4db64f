import assert from "node:assert/strict";
import { test } from "node:test";
import { type DiffLook, renderDiff } from "./diff-view.ts";
import { LateModules } from "./late-modules.ts";
import { lineText, lineWidth } from "./spans.ts";
import { darkTheme } from "./theme-dark.ts";

const numbered = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
const before = numbered.join("\n");
const after = before
  .replace("line 6\n", "line six\n")
  .replace("line 20\n", "")
  .replace("line 26", "line 26\nnew\tline");

async function diffRows(texts: { before: string; after: string }, look: Partial<DiffLook>) {
  const modules = new LateModules(() => undefined);
  const whole: DiffLook = { theme: darkTheme, modules, width: 40, layout: "auto", ...look };
  renderDiff(texts, whole);
  await modules.settled();
  return renderDiff(texts, whole);
}

const trimmedTexts = (rows: Awaited<ReturnType<typeof diffRows>>["rows"]): string[] =>
  rows.map((row) => lineText(row).trimEnd());

test("one column: numbers, signs, three lines of context, hunk heads between", async () => {
  const { rows, hiddenLines } = await diffRows({ before, after }, {});
  assert.deepEqual(trimmedTexts(rows), [
    " 3  3   line 3",
    " 4  4   line 4",
    " 5  5   line 5",
    " 6    - line 6",
    "    6 + line six",
    " 7  7   line 7",
    " 8  8   line 8",
    " 9  9   line 9",
    "@@ -17,13 +17,13 @@",
    "17 17   line 17",
    "18 18   line 18",
    "19 19   line 19",
    "20    - line 20",
    "21 20   line 21",
    "22 21   line 22",
    "23 22   line 23",
    "24 23   line 24",
    "25 24   line 25",
    "26 25   line 26",
    "   26 + new line",
    "27 27   line 27",
    "28 28   line 28",
    "29 29   line 29",
  ]);
  assert.equal(hiddenLines, 0);
});

test("side by side where there is room", async () => {
  const { rows } = await diffRows({ before: "a\nb\nc", after: "a\nB\nc\nd" }, { layout: "split", width: 33 });
  assert.deepEqual(trimmedTexts(rows), [
    "1   a           │ 1   a",
    "2 - b           │ 2 + B",
    "3   c           │ 3   c",
    "                │ 4 + d",
  ]);
  const wide = await diffRows({ before, after }, { width: 150 });
  assert.ok(lineText(wide.rows[0] ?? []).includes("│"));
});

test("a missing line break at the end is a note, not a changed line", async () => {
  const { rows } = await diffRows({ before: "a\nb", after: "a\nb\n" }, { width: 60 });
  assert.deepEqual(trimmedTexts(rows), ["Only line ends or the end of the file differ"]);
  assert.deepEqual((await diffRows({ before: "a", after: "a" }, {})).rows, []);
});

test("the words that differ are set off", async () => {
  const { rows } = await diffRows({ before: "const value = compute(1);", after: "const value = compute(22);" }, {});
  const marked = rows
    .flat()
    .filter((part) => part.style === darkTheme.diff.removedWord || part.style === darkTheme.diff.addedWord);
  assert.deepEqual(
    marked.map((part) => part.text),
    ["1", "22"],
  );
});

test("every row is exactly as wide as asked, long lines break", async () => {
  const { rows } = await diffRows(
    { before: "x".repeat(100), after: `${"日本".repeat(30)}\n\u001b[31mred` },
    { width: 30 },
  );
  for (const row of rows) assert.equal(lineWidth(row), 30);
  assert.ok(rows.some((row) => lineText(row).includes("␛[31mred")));
});

test("what is too much is counted, not shown", async () => {
  const { rows, hiddenLines } = await diffRows({ before: "", after: before }, { rowsMax: 10 });
  assert.equal(rows.length, 10);
  assert.equal(hiddenLines, 20);
});

test("until the differ has come, what lies between the common ends is shown as replaced", () => {
  const look: DiffLook = { theme: darkTheme, modules: new LateModules(() => undefined), width: 30, layout: "unified" };
  const { rows } = renderDiff({ before: "a\nb\nc", after: "a\nX\nc" }, look);
  assert.deepEqual(trimmedTexts(rows), ["2   - b", "  2 + X"]);
});

test("shuffled text does not take long", async () => {
  const words = Array.from({ length: 6000 }, (_, index) => `${(index * 7919) % 6007}`);
  const start = process.cpuUsage();
  const { rows } = await diffRows({ before: words.join("\n"), after: words.toReversed().join("\n") }, { rowsMax: 10 });
  assert.equal(rows.length, 10);
  assert.ok(process.cpuUsage(start).user < 4_000_000);
});
